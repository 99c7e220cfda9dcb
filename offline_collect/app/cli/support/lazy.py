"""Groups that import a command's module only when that command runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

import typer

from offline_collect.app.cli.support.help import PlainCommand, PlainGroup
from offline_collect.app.cli.support.options import PlainTyper

_COMMANDS = "offline_collect.app.cli.commands"


@dataclass(frozen=True, slots=True)
class Later:
    """A command that is not imported yet.

    Attributes:
        module: of ``commands``.
        help: its line in the list of commands. A group takes its help from here; a function's docstring must
            begin with the same words, which a test checks.
        attribute: the command's function, or the Typer of a group of commands.
    """

    module: str
    help: str
    attribute: str = "app"

    def load(self, name: str) -> Any:
        """Import the command and return it under its name."""
        found = getattr(import_module(f"{_COMMANDS}.{self.module}"), self.attribute)
        if not isinstance(found, typer.Typer):
            function, found = found, PlainTyper()
            found.command()(function)
        command = typer.main.get_command(found)
        command.name, command.help = name, command.help or self.help
        return command


class LazyGroup(PlainGroup):
    """A group of commands, known only by name, module and one line of help until one is used."""

    later: ClassVar[Mapping[str, Later]] = {}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name, entry in self.later.items():
            self.add_command(PlainCommand(name, help=entry.help))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, imported; None if no command has this name."""
        entry = self.later.get(cmd_name)
        return super().get_command(ctx, cmd_name) if entry is None else entry.load(cmd_name)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help of the group without importing a command."""
        page = PlainGroup(name=self.name, help=self.help, params=self.params, commands=dict(self.commands))
        page.format_help(ctx, formatter)
