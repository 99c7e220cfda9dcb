"""Which dates are business days."""

import datetime as dt

import pytest

from offline_collect.domain.business_days.calendar import EVERY_DAY, BusinessCalendar
from offline_collect.domain.business_days.dates import BusinessDate

SATURDAY, SUNDAY = 5, 6
OCTOBER = BusinessCalendar(
    weekend=frozenset({SATURDAY, SUNDAY}),
    holidays=frozenset(dt.date(2026, 10, day) for day in range(1, 8)),
    workdays=frozenset({dt.date(2026, 10, 10)}),
)


def october(day):
    return dt.date(2026, 10, day)


def test_without_a_calendar_every_date_is_a_business_day():
    assert EVERY_DAY.next_after(october(3)) == october(4)
    assert all(worked for _, worked in EVERY_DAY.between(october(1), october(31)))


@pytest.mark.parametrize(("date", "worked"), [(1, False), (7, False), (8, True), (10, True), (11, False)])
def test_holidays_and_weekends_are_not_worked_but_for_workdays(date, worked):
    assert OCTOBER.is_business_day(october(date)) is worked


@pytest.mark.parametrize(
    ("date", "following"),
    [
        (dt.date(2026, 9, 30), october(8)),
        (october(8), october(9)),
        (october(9), october(10)),
        (october(10), october(12)),
    ],
)
def test_the_next_business_day_is_the_first_that_is_worked(date, following):
    found = OCTOBER.next_after(date)
    assert found == following
    assert type(found) is BusinessDate


def test_a_business_day_is_the_first_from_itself_on():
    assert OCTOBER.first_from(october(9)) == october(9)
    assert OCTOBER.first_from(october(3)) == october(8)


def test_dates_are_told_with_both_ends():
    told = list(OCTOBER.between(october(7), october(11)))
    assert told == [
        (october(7), False),
        (october(8), True),
        (october(9), True),
        (october(10), True),
        (october(11), False),
    ]
