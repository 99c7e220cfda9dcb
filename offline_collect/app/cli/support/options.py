"""Options that many commands share."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.models import CommandFunctionType

from offline_collect.app.cli.support.help import PlainCommand, PlainGroup
from offline_collect.app.cli.support.hints import give_config
from offline_collect.app.wiring.acting_user import act_as, break_glass
from offline_collect.domain.texts.phrases import Phrase

_CONFIG = "offline_collect.config"


def _nearest_config(ctx: typer.Context, value: Path | None) -> Path | None:
    """Keep the file of the last --config, at any place on the command line."""
    if value is not None:
        ctx.meta[_CONFIG] = value
    if value is not None or ctx.parent is None:
        give_config(value)
    kept: Path | None = ctx.meta.get(_CONFIG)
    return kept


ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        callback=_nearest_config,
        help="Configuration (YAML). Default: the file in OFFLINE_COLLECT_CONFIG, else the shipped sqlite.yaml.",
        show_default=False,
    ),
]


def _act_as(ctx: typer.Context, value: str | None) -> str | None:
    """Take the name of the last --as, at any place on the command line."""
    if value is not None and not value.strip():
        raise typer.BadParameter(Phrase("must name a user; leave it out to act as yourself"))
    if value is not None or ctx.parent is None:
        act_as(value)
    return value


_AS_HELP = "The acting user. Default: the user in OFFLINE_COLLECT_AS, else your account's user, else system."

ActingUser = Annotated[
    str | None,
    typer.Option("--as", metavar="NAME", callback=_act_as, help=_AS_HELP, show_default=False),
]

FirstActingUser = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="NAME",
        callback=_act_as,
        envvar="OFFLINE_COLLECT_AS",
        show_envvar=False,
        help=_AS_HELP,
        show_default=False,
    ),
]
"""The root command's option, which also reads the environment."""


def _break_glass(value: str | None) -> str | None:
    break_glass(value)
    return value


BreakGlass = Annotated[
    str | None,
    typer.Option(
        "--break-glass",
        metavar="REASON",
        callback=_break_glass,
        help="Act as the system user although there is an ADMIN. It is audited with the reason, and an alarm.",
        show_default=False,
    ),
]

MerchantId = Annotated[
    str, typer.Argument(metavar="MERCHANT", help="Merchant id, such as SCHOOL01.", show_default=False)
]

OrganisationId = Annotated[
    str | None,
    typer.Option(
        "--organisation",
        metavar="ORGANISATION",
        help="The bank or branch that it belongs to. Default: your own, or the first bank.",
        show_default=False,
    ),
]

ImportFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="CSV (UTF-8 or GB18030), .xlsx or .xls.", show_default=False)
]

Sheet = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Sheet of a workbook. Default: all visible ones with the same header.",
        show_default=False,
    ),
]

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")]

Again = Annotated[bool, typer.Option("--again", help="Import a file even if it was imported before.")]


def parse_date(text: str) -> dt.date:
    """Return a date as typed by the user."""
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        raise typer.BadParameter(
            Phrase("{text} is not a date; write it like 2026-11-30", text=text)
        ) from None


def date_option(name: str, help_text: str, *former: str) -> Any:
    """Return an option that takes a date; ``former`` are its old names."""
    return typer.Option(
        name, *former, parser=parse_date, metavar="YYYY-MM-DD", help=help_text, show_default=False
    )


class PlainTyper(typer.Typer):
    """Commands and groups whose help shows no type beside flags."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"cls": PlainGroup, "no_args_is_help": True, "add_completion": False, **options})

    def command(
        self, name: str | None = None, **options: Any
    ) -> Callable[[CommandFunctionType], CommandFunctionType]:
        """Register a command, as typer does."""
        return super().command(name, **{"cls": PlainCommand, **options})


class OfficeTyper(PlainTyper):
    """Commands of the back office, which all take --as in addition to their own options."""

    def command(
        self, name: str | None = None, **options: Any
    ) -> Callable[[CommandFunctionType], CommandFunctionType]:
        """Register a command, as typer does."""
        register = super().command(name, **options)

        def decorate(function: CommandFunctionType) -> CommandFunctionType:
            register(takes_name(function))
            return function

        return decorate


def takes_name(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command that also takes --as; the option's callback handles it."""

    @wraps(function)
    def command(*arguments: Any, acting_user: str | None = None, **options: Any) -> Any:  # noqa: ARG001 - its callback has read it
        return function(*arguments, **options)

    signature = inspect.signature(function, eval_str=True)
    named = inspect.Parameter(
        "acting_user", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=ActingUser
    )
    command.__signature__ = signature.replace(  # type: ignore[attr-defined] # what inspect looks for
        parameters=[*signature.parameters.values(), named]
    )
    return command


def group(commands: type[PlainGroup] = PlainGroup) -> OfficeTyper:
    """Return a group of the back office: --config and --as may stand between its name and a command's."""
    made = OfficeTyper(cls=commands)

    @made.callback()
    def remember(config: ConfigFile = None, acting_user: ActingUser = None) -> None:
        pass

    return made


def plain_group() -> PlainTyper:
    """Return a group of commands that open no store and need no acting user."""
    made = PlainTyper()

    @made.callback()
    def remember(config: ConfigFile = None) -> None:
        pass

    return made
