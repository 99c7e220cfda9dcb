"""The life of a business day: what each transition needs."""

from itertools import pairwise

import pytest

from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.business_days.life import (
    LIFE,
    DayEvent,
    DayRefusal,
    DayStanding,
    refusal,
)


def test_a_day_goes_from_state_to_state_and_never_back():
    order = list(DayState)
    steps = [(source, step.target) for step in LIFE.values() for source in step.sources]
    assert steps == list(pairwise(order))


@pytest.mark.parametrize("event", DayEvent)
@pytest.mark.parametrize("state", DayState)
def test_a_clean_day_takes_an_event_in_one_state_only(event, state):
    expected = None if state in LIFE[event].sources else DayRefusal.WRONG_STATE
    assert refusal(event, DayStanding(state)) is expected


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (DayStanding(DayState.CUT, missing=("12345678",), differences=2), DayRefusal.INSTITUTIONS_MISSING),
        (DayStanding(DayState.CUT, differences=1, items=1), DayRefusal.DIFFERENCES_OPEN),
        # An item without a difference does not hold up reconciliation: it holds up settlement.
        (DayStanding(DayState.CUT, items=1), None),
        (DayStanding(DayState.CUT, earlier_unsettled=True), None),
    ],
)
def test_what_reconciliation_needs(standing, expected):
    assert refusal(DayEvent.RECONCILED, standing) is expected


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (DayStanding(DayState.RECONCILED, items=1, earlier_unsettled=True), DayRefusal.ITEMS_OPEN),
        (DayStanding(DayState.RECONCILED, earlier_unsettled=True), DayRefusal.EARLIER_DAY_UNSETTLED),
        (DayStanding(DayState.RECONCILED, missing=("1",)), None),
    ],
)
def test_what_settlement_needs(standing, expected):
    assert refusal(DayEvent.SETTLED, standing) is expected
