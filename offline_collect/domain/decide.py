"""Dispatches each command to its decision: the facts that it needs, and how it is decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from offline_collect.domain.commands import (
    Command,
    Directory,
    FormDownload,
    Lookup,
    Payment,
    PaymentAdvice,
    Reversal,
    Status,
    Totals,
)
from offline_collect.domain.decisions import (
    advice,
    directory,
    forms,
    lookup,
    payment,
    reversal,
    status,
    totals,
)
from offline_collect.domain.decisions.deciding import Context, Decision
from offline_collect.domain.facts import Facts, Wants

_Want = Callable[[Any, Facts, Wants], bool]
_Decide = Callable[[Any, Facts, Context], Decision]

DECISIONS: dict[type[Command], tuple[_Want, _Decide]] = {
    Payment: (payment.want, payment.decide),
    PaymentAdvice: (advice.want, advice.decide),
    Reversal: (reversal.want, reversal.decide),
    Status: (status.want, status.decide),
    Lookup: (lookup.want, lookup.decide),
    FormDownload: (forms.want, forms.decide),
    Directory: (directory.want, directory.decide),
    Totals: (totals.want, totals.decide),
}


def want(command: Command, facts: Facts, wants: Wants) -> bool:
    """Add to ``wants`` the facts that ``command`` needs, as far as ``facts`` can identify them yet.

    Three rounds of wants and loads are enough (docs/architecture.md).

    Returns:
        Whether it may need more facts after that load.
    """
    return DECISIONS[type(command)][0](command, facts, wants)


def decide(command: Command, facts: Facts, context: Context) -> Decision:
    """Return ``command``'s answer and its effects; ``facts`` hold all that :func:`want` requested."""
    return DECISIONS[type(command)][1](command, facts, context)
