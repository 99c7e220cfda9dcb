"""What a teller should have at the end of a day, and what was counted."""

from __future__ import annotations

import datetime as dt

import pytest

from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.business_days.teller_close import (
    Counted,
    Drawer,
    TakenByTellers,
    close_drawers,
    may_count,
)
from offline_collect.domain.commands import Tender

AT = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
CASH = Drawer("12345678", "T007", Tender.CASH, "156")
CARD = Drawer("12345678", "T007", Tender.CARD, "156")
ELSEWHERE = Drawer("22", "T007", Tender.CASH, "156")
DOLLARS = Drawer("12345678", "T007", Tender.CASH, "840")


def test_what_was_given_back_is_not_expected() -> None:
    (line,) = close_drawers(TakenByTellers({CASH: (3, 30_000)}, {CASH: (1, 12_000)}), {})
    assert (line.taken.payments, line.taken.reversals) == (3, 1)
    assert line.taken.expected_minor == 18_000
    assert line.difference_minor is None


@pytest.mark.parametrize(("amount", "difference"), [(18_000, 0), (17_950, -50), (18_100, 100)])
def test_the_difference_is_what_is_too_much_or_missing(amount: int, difference: int) -> None:
    (line,) = close_drawers(TakenByTellers({CASH: (2, 18_000)}, {}), {CASH: Counted(amount, "li.na", AT)})
    assert line.difference_minor == difference


def test_a_drawer_from_which_more_was_given_back_is_short() -> None:
    (line,) = close_drawers(TakenByTellers({}, {CASH: (1, 500)}), {})
    assert line.taken.expected_minor == -500


def test_money_in_a_drawer_that_took_nothing_is_too_much() -> None:
    (line,) = close_drawers(TakenByTellers({}, {}), {CASH: Counted(700, "li.na", AT)})
    assert (line.taken.payments, line.difference_minor) == (0, 700)


def test_drawers_stand_by_institution_teller_currency_and_tender() -> None:
    lines = close_drawers(
        TakenByTellers({ELSEWHERE: (1, 1), CARD: (1, 1)}, {DOLLARS: (1, 1)}), {CASH: Counted(1, "li.na", AT)}
    )
    assert [line.drawer for line in lines] == [CASH, CARD, DOLLARS, ELSEWHERE]


def test_drawers_are_counted_until_the_day_is_settled() -> None:
    assert [state for state in DayState if may_count(state)] == [
        DayState.OPEN,
        DayState.CUT,
        DayState.RECONCILED,
    ]
