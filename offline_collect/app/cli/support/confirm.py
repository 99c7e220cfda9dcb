"""Asks before irreversible actions: on a terminal; elsewhere `--yes` must confirm them in advance."""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer

from offline_collect.app.cli.support.terminal_safe import visible
from offline_collect.app.errors import AppError, UsageError

Confirm = Callable[[str], None]
"""Gets the action and why it is unusual; returns if the user confirms it."""


class NotConfirmedError(AppError):
    """The user did not confirm."""


def at_terminal() -> bool:
    """Whether there is a terminal to ask the user."""
    return sys.stdin.isatty()


def confirming(*, yes: bool) -> Confirm:
    """Return a function that asks the user to confirm.

    Args:
        yes: `--yes` was given: do not ask.
    """

    def confirm(warning: str) -> None:
        if yes:
            return
        if not at_terminal():
            raise UsageError(f"{warning}; nothing was done: add --yes if that is meant")
        if not typer.confirm(f"{visible(warning)}. Go on?", err=True):
            raise NotConfirmedError("nothing was done")

    return confirm
