"""The life of a business day: its states, its transitions, and what each needs.

``LIFE`` is the complete table. The store changes the state of a day only by it, and docs/architecture.md draws it (a
test compares the two). :func:`refusal` has the guards. The statements that make the change name the state again,
because another operator may have changed the day in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.transitions import Transition
from offline_collect.domain.values import value


class DayEvent(StrEnum):
    """The events that move a day from one state to the next."""

    CUT = "cut over"
    RECONCILED = "reconciled"
    SETTLED = "settled"


LIFE: Mapping[DayEvent, Transition[DayState]] = {
    DayEvent.CUT: Transition(
        frozenset({DayState.OPEN}),
        DayState.CUT,
        "the clock, or an operator",
        "nothing more is posted on it; the next day is open in the same transaction",
    ),
    DayEvent.RECONCILED: Transition(
        frozenset({DayState.CUT}),
        DayState.RECONCILED,
        "an operator, when each institution with traffic has handed over its day and no difference is open",
        "its differences are settled with the institutions",
    ),
    DayEvent.SETTLED: Transition(
        frozenset({DayState.RECONCILED}),
        DayState.SETTLED,
        "an operator, when no item of it is open and the days before it are settled",
        "each merchant's sums are fixed, and its amounts and entries never change again",
    ),
}
"""The transitions; a day begins OPEN."""


@value
class DayStanding:
    """The data of a day that its next transition depends on.

    Attributes:
        missing: institutions with traffic on it that have not handed over their day.
        differences: how many of its differences with institutions are open.
        items: how many of its items are open, differences included.
        earlier_unsettled: whether an earlier day is not settled.
    """

    state: DayState
    missing: tuple[str, ...] = ()
    differences: int = 0
    items: int = 0
    earlier_unsettled: bool = False


class DayRefusal(StrEnum):
    """Why an event has no effect on a day."""

    WRONG_STATE = "WRONG_STATE"
    INSTITUTIONS_MISSING = "INSTITUTIONS_MISSING"
    DIFFERENCES_OPEN = "DIFFERENCES_OPEN"
    ITEMS_OPEN = "ITEMS_OPEN"
    EARLIER_DAY_UNSETTLED = "EARLIER_DAY_UNSETTLED"


def refusal(event: DayEvent, standing: DayStanding) -> DayRefusal | None:
    """Return why an event has no effect on a day; None if it has."""
    if standing.state not in LIFE[event].sources:
        return DayRefusal.WRONG_STATE
    match event:
        case DayEvent.RECONCILED if standing.missing:
            return DayRefusal.INSTITUTIONS_MISSING
        case DayEvent.RECONCILED if standing.differences:
            return DayRefusal.DIFFERENCES_OPEN
        case DayEvent.SETTLED if standing.items:
            return DayRefusal.ITEMS_OPEN
        case DayEvent.SETTLED if standing.earlier_unsettled:
            return DayRefusal.EARLIER_DAY_UNSETTLED
        case _:
            return None
