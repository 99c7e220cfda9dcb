"""Options of a customer's account and mandate, which `customers add` and `customers set` share."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

_OPTIONS = {
    "debit_bank": ("TEXT", "Number of the bank that keeps the account."),
    "mandate_ref": ("TEXT", "Of the direct debit."),
    "mandate_limit": ("AMOUNT", "The most of one debit."),
    "mandate_signed_on": ("DATE", "The day on which the payer signed."),
    "mandate_from": ("DATE", "The first day of debits."),
    "mandate_to": ("DATE", "The last day of debits."),
    "mandate_purpose": ("TEXT", "What is debited."),
    "mandate_cycle": ("WEEK|MONTH|QUARTER|YEAR", "The time in which --mandate-cycle-limit counts."),
    "mandate_cycle_limit": ("AMOUNT", "The most of all debits of a cycle."),
}
"""Metavar and help by the layout's keys."""


def takes_terms(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command that takes these options; the texts given go to its argument ``terms`` by the layout's keys."""
    signature = inspect.signature(function, eval_str=True)

    @wraps(function)
    def command(*arguments: Any, **options: Any) -> Any:
        taken = {key: options.pop(key, None) for key in _OPTIONS}
        terms = {key: text for key, text in taken.items() if text is not None}
        return function(*arguments, terms=terms, **options)

    others = [each for each in signature.parameters.values() if each.name != "terms"]
    added = [
        inspect.Parameter(
            key, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_option(key, metavar, says)
        )
        for key, (metavar, says) in _OPTIONS.items()
    ]
    command.__signature__ = signature.replace(parameters=[*others, *added])  # type: ignore[attr-defined] # what inspect looks for
    return command


def _option(key: str, metavar: str, says: str) -> Any:
    name = f"--{key.replace('_', '-')}"
    return Annotated[str | None, typer.Option(name, metavar=metavar, help=says, show_default=False)]
