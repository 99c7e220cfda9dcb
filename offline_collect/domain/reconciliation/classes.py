"""The class of each row of a front-end processor's day, or of ours, and its proposed follow-up (docs/day-end.md).

A row is a payment, gross, or a reversal that did something. A payment's row is named by the key of its message, and a
reversal's by the key of its original, which is reversed at most once.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.values import value


class RowKind(StrEnum):
    """What a row counts."""

    PAYMENT = "PAYMENT"
    REVERSAL = "REVERSAL"


class DifferenceClass(StrEnum):
    """How the two sides agree about a row."""

    MATCHED = "MATCHED"
    PLATFORM_ONLY = "PLATFORM_ONLY"
    FEP_ONLY_UNKNOWN = "FEP_ONLY_UNKNOWN"
    """We never saw the message."""
    FEP_ONLY_REFUSED = "FEP_ONLY_REFUSED"
    """We declined the payment, or a reversal came before it."""
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS"
    STATE_DIFFERS = "STATE_DIFFERS"
    """Only one of the sides has reversed the payment."""
    DAY_DIFFERS = "DAY_DIFFERS"
    DUPLICATE_ROW = "DUPLICATE_ROW"


class FollowUp(StrEnum):
    """How a difference is resolved."""

    NONE = "NONE"
    CONTRA = "CONTRA"
    """The payment is taken back on the open day."""
    POST = "POST"
    """The money goes to its bill if this takes it, else to suspense."""
    SUSPENSE = "SUSPENSE"
    """The money goes to suspense."""
    DIFFERENCE = "DIFFERENCE"
    """What came more goes to suspense; if less came, the payment is taken back and what came goes to suspense."""
    NOTE = "NOTE"
    """No money moves: a user says what was found."""


MOVES_MONEY = frozenset({FollowUp.CONTRA, FollowUp.POST, FollowUp.SUSPENSE, FollowUp.DIFFERENCE})
"""Follow-ups that need two people."""

POSSIBLE: Mapping[DifferenceClass, frozenset[FollowUp]] = {
    DifferenceClass.MATCHED: frozenset(),
    DifferenceClass.PLATFORM_ONLY: frozenset({FollowUp.CONTRA, FollowUp.NOTE}),
    DifferenceClass.FEP_ONLY_UNKNOWN: frozenset({FollowUp.SUSPENSE, FollowUp.NOTE}),
    DifferenceClass.FEP_ONLY_REFUSED: frozenset({FollowUp.POST, FollowUp.SUSPENSE, FollowUp.NOTE}),
    DifferenceClass.AMOUNT_DIFFERS: frozenset({FollowUp.DIFFERENCE, FollowUp.NOTE}),
    DifferenceClass.STATE_DIFFERS: frozenset(
        {FollowUp.CONTRA, FollowUp.POST, FollowUp.SUSPENSE, FollowUp.NOTE}
    ),
    DifferenceClass.DAY_DIFFERS: frozenset({FollowUp.NOTE}),
    DifferenceClass.DUPLICATE_ROW: frozenset({FollowUp.NOTE}),
}
"""What a class can be resolved by; a user may choose another one than the proposed."""

NEIGHBOURS_APART = 1
"""How many business days apart two sides may count a row without a difference."""


@value
class Side:
    """A row as one side counts it.

    Attributes:
        days_after: business days from the day that is reconciled to the one on which this side counts it.
    """

    amount_minor: int
    days_after: int = 0


@value
class Standing:
    """What else decides the class of a row.

    Attributes:
        refused: we have the message of a payment, but do not count it.
        in_force: the payment, or the original of a reversal, is in force here.
        paired: for their payment: they have reversed it. For our reversal: they count its original.
    """

    refused: bool = False
    in_force: bool = False
    paired: bool = False


@value
class Verdict:
    """The class of a row and its proposed follow-up."""

    difference: DifferenceClass
    follow_up: FollowUp

    @property
    def is_open(self) -> bool:
        """Whether somebody must resolve it."""
        return self.follow_up is not FollowUp.NONE


DUPLICATE = Verdict(DifferenceClass.DUPLICATE_ROW, FollowUp.NOTE)
"""Of every row that repeats an earlier row of the file: the first one counts."""

_MATCHED = Verdict(DifferenceClass.MATCHED, FollowUp.NONE)


def classify(kind: RowKind, theirs: Side | None, ours: Side | None, standing: Standing) -> Verdict:
    """Return the class and the proposed follow-up of a row that at least one side counts."""
    if theirs is not None and ours is not None:
        return _of_both(kind, theirs, ours)
    if theirs is not None:
        return _their_payment(standing) if kind is RowKind.PAYMENT else _their_reversal(standing)
    assert ours is not None, "a row is counted by somebody"
    return _our_payment(standing) if kind is RowKind.PAYMENT else _our_reversal(standing)


def _of_both(kind: RowKind, theirs: Side, ours: Side) -> Verdict:
    if theirs.amount_minor != ours.amount_minor:
        # A reversal is of the full amount: the row of its payment has the same difference.
        payment = kind is RowKind.PAYMENT
        follow_up = FollowUp.DIFFERENCE if payment else FollowUp.NOTE
        return Verdict(DifferenceClass.AMOUNT_DIFFERS, follow_up)
    apart = abs(ours.days_after - theirs.days_after)
    if not apart:
        return _MATCHED
    near = apart <= NEIGHBOURS_APART
    return Verdict(DifferenceClass.DAY_DIFFERS, FollowUp.NONE if near else FollowUp.NOTE)


def _their_payment(standing: Standing) -> Verdict:
    found, follow_up = DifferenceClass.FEP_ONLY_UNKNOWN, FollowUp.SUSPENSE
    if standing.refused:
        found, follow_up = DifferenceClass.FEP_ONLY_REFUSED, FollowUp.POST
    return Verdict(found, FollowUp.NOTE if standing.paired else follow_up)


def _their_reversal(standing: Standing) -> Verdict:
    if standing.in_force:
        return Verdict(DifferenceClass.STATE_DIFFERS, FollowUp.CONTRA)
    found = DifferenceClass.FEP_ONLY_REFUSED if standing.refused else DifferenceClass.FEP_ONLY_UNKNOWN
    return Verdict(found, FollowUp.NOTE)


def _our_payment(standing: Standing) -> Verdict:
    follow_up = FollowUp.CONTRA if standing.in_force else FollowUp.NOTE
    return Verdict(DifferenceClass.PLATFORM_ONLY, follow_up)


def _our_reversal(standing: Standing) -> Verdict:
    if standing.paired:
        return Verdict(DifferenceClass.STATE_DIFFERS, FollowUp.POST)
    return Verdict(DifferenceClass.PLATFORM_ONLY, FollowUp.NOTE)


@value
class HeldDay:
    """Why our payment is not taken back yet: the day after its own may still bring it.

    Attributes:
        until: the business day that must be cut first.
    """

    until: BusinessDate


def held(verdict: Verdict, following: BusinessDate, open_date: BusinessDate) -> HeldDay | None:
    """Return whether a difference must still wait; None if it can be resolved.

    Args:
        following: the business day after the difference's own.
        open_date: the open business day.
    """
    waits = verdict.difference is DifferenceClass.PLATFORM_ONLY and verdict.follow_up is FollowUp.CONTRA
    return HeldDay(following) if waits and open_date <= following else None
