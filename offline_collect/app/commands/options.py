"""Options that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from offline_collect.app.config import Configuration

_CONFIG = "offline_collect.config"


def _nearest_config(ctx: typer.Context, value: Path | None) -> Path | None:
    """Keep the file that the last --config named, wherever on the command line it stood."""
    if value is not None:
        ctx.meta[_CONFIG] = value
    kept: Path | None = ctx.meta.get(_CONFIG)
    return kept


ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        callback=_nearest_config,
        help="Configuration (YAML). Default: what OFFLINE_COLLECT_CONFIG names, else the shipped sqlite.yaml.",
        show_default=False,
    ),
]

MerchantId = Annotated[
    str, typer.Argument(metavar="MERCHANT", help="Merchant id, such as SCHOOL01.", show_default=False)
]

ImportFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="CSV (UTF-8 or GB18030), .xlsx or .xls.", show_default=False)
]

Sheet = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Sheet of a workbook. Default: the first visible one.", show_default=False
    ),
]

Again = Annotated[bool, typer.Option("--again", help="Take a file that was imported before all the same.")]


def group(help_text: str) -> typer.Typer:
    """Return a group of commands that takes --config between its name and the command's."""
    made = typer.Typer(no_args_is_help=True, help=help_text)

    @made.callback()
    def remember(config: ConfigFile = None) -> None:
        pass

    return made


def configuration(config: Path | None) -> Configuration:
    """Return the configuration that the command line and the environment name."""
    from offline_collect.app.config import load_configuration  # noqa: PLC0415

    return load_configuration(config)
