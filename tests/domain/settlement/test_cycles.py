"""When a merchant is paid, by its cycle and the calendar."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.business_days.calendar import EVERY_DAY, BusinessCalendar
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.errors import RuleError
from offline_collect.domain.settlement.cycles import (
    Cycle,
    CycleKind,
    SettlementTerms,
    parse_cycle,
    payout_date,
    terms_from_document,
    terms_to_document,
)

OFFICE = BusinessCalendar(weekend=frozenset({5, 6}), holidays=frozenset({dt.date(2026, 11, 27)}))
"""Friday 2026-11-27 is a holiday."""

CYCLES = st.one_of(
    st.sampled_from([Cycle(CycleKind.SAME_DAY), Cycle(CycleKind.NEXT_DAY)]),
    st.builds(Cycle, st.just(CycleKind.WEEKLY), st.integers(0, 6)),
    st.builds(Cycle, st.just(CycleKind.MONTHLY), st.integers(1, 31)),
)
DATES = st.dates(dt.date(2023, 12, 1), dt.date(2025, 3, 31))
CALENDARS = st.builds(
    BusinessCalendar,
    st.frozensets(st.integers(0, 6), max_size=6),
    st.frozensets(DATES, max_size=40),
    st.frozensets(DATES, max_size=10),
)


@pytest.mark.parametrize(
    ("text", "business_date", "paid_on"),
    [
        ("T+0", "2026-11-26", "2026-11-26"),
        ("T+1", "2026-11-26", "2026-11-30"),
        ("weekly: thursday", "2026-11-26", "2026-11-26"),
        ("weekly: thursday", "2026-11-30", "2026-12-03"),
        ("weekly: friday", "2026-11-24", "2026-11-30"),
        ("monthly: 26", "2026-11-26", "2026-11-26"),
        ("monthly: 25", "2026-11-26", "2026-12-25"),
        ("monthly: 31", "2026-11-26", "2026-11-30"),
        ("monthly: 28", "2026-11-26", "2026-11-30"),
        ("monthly: 31", "2027-02-01", "2027-03-01"),
        ("monthly: 30", "2026-12-31", "2027-02-01"),
    ],
)
def test_a_cycle_pays_on_its_day_or_the_next_business_day(text, business_date, paid_on):
    on = payout_date(parse_cycle(text), BusinessDate.of(dt.date.fromisoformat(business_date)), OFFICE)
    assert on.isoformat() == paid_on


def test_a_month_that_is_too_short_pays_on_its_last_day():
    assert payout_date(parse_cycle("monthly: 31"), BusinessDate(2027, 2, 1), EVERY_DAY) == dt.date(
        2027, 2, 28
    )
    assert payout_date(parse_cycle("monthly: 31"), BusinessDate(2028, 2, 1), EVERY_DAY) == dt.date(
        2028, 2, 29
    )


@given(CYCLES, DATES, DATES, CALENDARS)
def test_a_later_day_is_never_paid_earlier_and_no_day_before_it_is_there(cycle, one, other, calendar):
    first, second = sorted((calendar.first_from(one), calendar.first_from(other)))
    paid = [payout_date(cycle, date, calendar) for date in (first, second)]
    assert paid == sorted(paid)
    assert first <= paid[0]
    assert calendar.is_business_day(paid[0])


@given(CYCLES)
def test_a_cycle_is_read_as_it_is_written(cycle):
    assert parse_cycle(str(cycle)) == cycle


@pytest.mark.parametrize(
    "text",
    [
        *("", "T+2", "T+0: 1", "weekly", "weekly: 5", "weekly: fri", "monthly", "monthly: 0", "monthly: 32"),
        *("monthly: -1", "monthly: ٣", f"monthly: {'9' * 5_000}", "daily"),
    ],
)
def test_no_other_cycle_is_taken(text):
    with pytest.raises(RuleError, match="must be T"):
        parse_cycle(text)


def test_terms_are_stored_unless_they_are_the_usual_ones():
    weekly = SettlementTerms(parse_cycle("weekly: Friday"), 10_000, fees_monthly=True)
    assert terms_from_document(terms_to_document(weekly)) == weekly
    assert terms_to_document(SettlementTerms()) == {}
    assert terms_from_document({}) == SettlementTerms()
