"""Mandates: a payer's permission to debit an account, its life, and what one debit may take.

The terms of a mandate come with its customer (docs/merchants.md, Customers). What people and banks have decided about it
is kept by its reference, so that the customer may be imported again without reviving it. ``LIFE`` is the complete table
of these decisions; docs/architecture.md draws it (a test compares the two).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from offline_collect.domain.transitions import Transition
from offline_collect.domain.values import value


class MandateState(StrEnum):
    """The states of a mandate; only an ACTIVE one allows a debit."""

    PROPOSED = "PROPOSED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


class Party(StrEnum):
    """Who wants a mandate suspended or cancelled."""

    PAYER = "PAYER"
    BANK = "BANK"


class MandateEvent(StrEnum):
    """The events that move a mandate from one state to another."""

    SIGNED = "signed"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


_LIVES = frozenset({MandateState.PROPOSED, MandateState.ACTIVE, MandateState.SUSPENDED})
ENDED = frozenset({MandateState.CANCELLED, MandateState.EXPIRED})
"""The last states: only another reference allows debits again."""

LIFE: Mapping[MandateEvent, Transition[MandateState]] = {
    MandateEvent.SIGNED: Transition(
        frozenset({MandateState.PROPOSED}),
        MandateState.ACTIVE,
        "an operator who has the signed form, or the import that brings the day of signature",
        "the customer's bills can be debited from the mandate's first day",
    ),
    MandateEvent.SUSPENDED: Transition(
        frozenset({MandateState.ACTIVE}),
        MandateState.SUSPENDED,
        "an operator, or a bank that refuses the account",
        "nothing is debited until somebody resumes it",
    ),
    MandateEvent.RESUMED: Transition(
        frozenset({MandateState.SUSPENDED}),
        MandateState.ACTIVE,
        "an operator",
        "the customer's bills can be debited again",
    ),
    MandateEvent.CANCELLED: Transition(
        _LIVES,
        MandateState.CANCELLED,
        "the payer, through an operator or his bank",
        "nothing is debited any more, not even of a batch that is being made; only a new mandate allows it again",
    ),
    MandateEvent.EXPIRED: Transition(
        _LIVES,
        MandateState.EXPIRED,
        "the business day after its last one",
        "nothing is debited any more",
    ),
}
"""The transitions; a mandate begins PROPOSED, and ends CANCELLED or EXPIRED."""


class Cycle(StrEnum):
    """The time in which a mandate's limit of a cycle counts."""

    WEEK = "WEEK"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    YEAR = "YEAR"

    def first_day(self, on: dt.date) -> dt.date:
        """Return the first day of the cycle with a date."""
        match self:
            case Cycle.WEEK:
                return on - dt.timedelta(days=on.weekday())
            case Cycle.MONTH:
                return on.replace(day=1)
            case Cycle.QUARTER:
                return on.replace(month=on.month - (on.month - 1) % 3, day=1)
            case _:
                return on.replace(month=1, day=1)


@value
class Mandate:
    """The terms of a mandate, and what was decided about it.

    Attributes:
        signed_on: the day of signature; None while nobody has signed.
        first_day: the first day of debits; None for no limit.
        last_day: the last one, likewise.
        limit_minor: the most of one debit; None for no limit.
        cycle: the time in which ``cycle_limit_minor`` counts.
        cycle_limit_minor: the most of all debits of a cycle; None for no limit.
        decided: the state that the last decision has led to; None if there was none. That it is EXPIRED is kept where
            an import would give it a later last day.
    """

    reference: str
    signed_on: dt.date | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    limit_minor: int | None = None
    cycle: Cycle | None = None
    cycle_limit_minor: int | None = None
    decided: MandateState | None = None

    def state(self, on: dt.date) -> MandateState:
        """Return the state on a business date; a cancelled mandate does not expire."""
        found = self.decided
        if found is None:
            signed = self.signed_on is not None and self.signed_on <= on
            found = MandateState.ACTIVE if signed else MandateState.PROPOSED
        if found in LIFE[MandateEvent.EXPIRED].sources and self.last_day is not None and on > self.last_day:
            return MandateState.EXPIRED
        return found


class MandateRefusal(StrEnum):
    """Why a mandate does not allow a debit, or an event has no effect on it."""

    WRONG_STATE = "WRONG_STATE"
    NOT_BEGUN = "NOT_BEGUN"
    OVER_LIMIT = "OVER_LIMIT"
    OVER_CYCLE_LIMIT = "OVER_CYCLE_LIMIT"


def refusal(event: MandateEvent, mandate: Mandate, on: dt.date) -> MandateRefusal | None:
    """Return why an event has no effect on a mandate on a business date; None if it has."""
    return None if mandate.state(on) in LIFE[event].sources else MandateRefusal.WRONG_STATE


def has_limit(mandate: Mandate) -> bool:
    """Whether a mandate limits what is debited."""
    return mandate.limit_minor is not None or mandate.cycle_limit_minor is not None


def debit_refusal(
    mandate: Mandate, amount_minor: int, debited_minor: int, on: dt.date
) -> MandateRefusal | None:
    """Return why a mandate does not allow a debit; None if it does.

    Args:
        amount_minor: of the debit.
        debited_minor: what was debited, or is in a batch, in the cycle of that day.
        on: the day on which the account will be debited.
    """
    if mandate.state(on) is not MandateState.ACTIVE:
        return MandateRefusal.WRONG_STATE
    if mandate.first_day is not None and on < mandate.first_day:
        return MandateRefusal.NOT_BEGUN
    if mandate.limit_minor is not None and amount_minor > mandate.limit_minor:
        return MandateRefusal.OVER_LIMIT
    if mandate.cycle_limit_minor is not None and debited_minor + amount_minor > mandate.cycle_limit_minor:
        return MandateRefusal.OVER_CYCLE_LIMIT
    return None
