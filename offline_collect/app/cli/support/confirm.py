"""Questions before what cannot be taken back: asked on a terminal; elsewhere `--yes` must answer beforehand."""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer

from offline_collect.app.cli.support.terminal_safe import visible
from offline_collect.app.errors import AppError, UsageError

Confirm = Callable[[str], None]
"""Gets the action and why it is unusual; returns if the user confirms it."""


class NotConfirmedError(AppError):
    """A person was asked and said no."""


def at_terminal() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty()


def confirming(*, yes: bool) -> Confirm:
    """Return what asks a person to confirm.

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
