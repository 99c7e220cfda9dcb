"""Commands whose help shows no type for flags, which have no value."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup, TyperOption


class _FlagsWithoutType:
    """A mix-in for commands and groups; typer would write `<bool>` beside every flag."""

    def get_params(self, ctx: Any) -> Any:
        """Return the command's arguments and options, as its help lists them."""
        params = super().get_params(ctx)  # type: ignore[misc] # of the class that it is mixed into
        for param in params:
            if isinstance(param, TyperOption) and param.is_flag and param.metavar is None:
                param.metavar = ""
        return params


class PlainCommand(_FlagsWithoutType, TyperCommand):
    """A command."""


class PlainGroup(_FlagsWithoutType, TyperGroup):
    """A group of commands."""
