"""Commands whose help is in the language of its reader, and shows no type for flags, which have no value."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup, TyperOption

from offline_collect.app.cli.support.help_language import USAGE, in_language, translated


class _PlainHelp:
    """A mix-in for commands and groups; typer would write `<bool>` beside every flag, in English."""

    def get_params(self, ctx: Any) -> Any:
        """Return the command's arguments and options, as its help lists them."""
        params = super().get_params(ctx)  # type: ignore[misc] # of the class that it is mixed into
        for param in params:
            if isinstance(param, TyperOption) and param.is_flag and param.metavar is None:
                param.metavar = ""
        return params

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page of help."""
        listed = getattr(self, "commands", {}).values()
        with translated([self, *self.get_params(ctx), *listed]):
            super().format_help(ctx, formatter)  # type: ignore[misc] # likewise

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the line that says how the command is used."""
        pieces = " ".join(self.collect_usage_pieces(ctx))  # type: ignore[attr-defined] # likewise
        formatter.write_usage(ctx.command_path, pieces, prefix=in_language(USAGE))


class PlainCommand(_PlainHelp, TyperCommand):
    """A command."""


class PlainGroup(_PlainHelp, TyperGroup):
    """A group of commands."""
