"""The only place that turns errors into a message for the user and an exit code."""

from __future__ import annotations

from gettext import gettext

import typer

from offline_collect.app.cli.support.help import PlainGroup
from offline_collect.app.cli.support.help_language import ERROR_PREFIX, environments_languages
from offline_collect.app.cli.support.hints import hinted
from offline_collect.app.cli.support.said import said, speak
from offline_collect.app.cli.support.terminal_safe import visible
from offline_collect.app.cli.support.usage_words import refuse
from offline_collect.app.errors import AppError
from offline_collect.domain.errors import DomainError
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import FileError, LayoutError
from offline_collect.merchant.common.errors import MerchantError
from offline_collect.wire.errors import WireError

REFUSED = 1


def _refuse_bytes(args: list[str]) -> None:
    for argument in args:
        if any("\ud800" <= character <= "\udfff" for character in argument):
            shown = argument.encode("utf-8", "backslashreplace").decode()
            raise typer.BadParameter(
                Phrase("{shown} is not UTF-8: set the terminal to it, or rename the file", shown=shown)
            )


class RefusingGroup(PlainGroup):
    """The root command: the program's own errors end it with their message, never with a traceback."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override] # likewise
        """Refuse arguments that are not UTF-8, which arrive as lone surrogates: no store can hold them."""
        speak(environments_languages)
        try:
            _refuse_bytes(args)
            return super().parse_args(ctx, args)
        except typer.TyperException as error:
            refuse(error, ctx)

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override] # typer's own context
        """Run a command."""
        try:
            return super().invoke(ctx)
        except typer.TyperException as error:
            refuse(error, ctx)
        except Exception as error:
            code = exit_code(error)
            if code is None:
                raise
            lines = (f"{gettext(ERROR_PREFIX)}{visible(line)}" for line in hinted(said(error)).splitlines())
            typer.echo("\n".join(lines), err=True)
            raise typer.Exit(code) from None


def exit_code(error: Exception) -> int | None:
    """Return the exit code of one of the program's own errors, or of a file's; None for any other, which is a fault."""
    if isinstance(error, AppError):
        return error.exit_code
    if isinstance(error, OSError) and error.filename is not None:
        return REFUSED
    known = (MerchantError, DomainError, FileError, LayoutError, WireError)
    return REFUSED if isinstance(error, known) else None
