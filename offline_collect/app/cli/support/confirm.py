"""Asks on a terminal before irreversible and unusual actions; `--yes` answers in advance.

Elsewhere, such as in a timer's script, what is irreversible is done, and what is unusual needs `--yes`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer

from offline_collect.app.cli.support.said import in_words
from offline_collect.app.cli.support.terminal_safe import visible
from offline_collect.app.errors import AppError, UsageError
from offline_collect.domain.texts.phrases import Phrase

Confirm = Callable[[Phrase], None]
"""Gets the action and why it is unusual; returns if the user confirms it."""


class NotConfirmedError(AppError):
    """The user did not confirm."""


def at_terminal() -> bool:
    """Whether there is a terminal to ask the user."""
    return sys.stdin is not None and sys.stdin.isatty()


def confirming(*, yes: bool) -> Confirm:
    """Return a function that asks the user to confirm.

    Args:
        yes: `--yes` was given: do not ask.
    """

    def confirm(warning: Phrase) -> None:
        if yes:
            return
        if not at_terminal():
            raise UsageError(
                Phrase("{warning}; nothing was done: add --yes if that is meant", warning=warning)
            )
        _ask(warning)

    return confirm


def asking(*, yes: bool) -> Confirm:
    """Return a function that asks the user on a terminal; a script means what it says.

    Args:
        yes: `--yes` was given: do not ask.
    """

    def ask(warning: Phrase) -> None:
        if not yes and at_terminal():
            _ask(warning)

    return ask


def _ask(warning: Phrase) -> None:
    if not typer.confirm(visible(in_words(Phrase("{warning}. Go on?", warning=warning))), err=True):
        raise NotConfirmedError(Phrase("nothing was done"))
