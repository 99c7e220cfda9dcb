"""Dates without a year get the year that puts them nearest to now."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.wire.messages.dates import nearest_date, nearest_moment, year_reference


@pytest.mark.parametrize(
    ("month_day", "today", "expected"),
    [
        ("1122", "2026-11-22", "2026-11-22"),
        ("1231", "2027-01-01", "2026-12-31"),
        ("0101", "2026-12-31", "2027-01-01"),
        ("0702", "2026-12-31", "2026-07-02"),
        ("0701", "2026-12-31", "2027-07-01"),
        ("0229", "2026-12-01", None),
        ("0229", "2027-12-01", "2028-02-29"),
        ("0229", "2029-01-01", "2028-02-29"),
        ("0230", "2026-12-01", None),
        ("1301", "2026-12-01", None),
        ("0000", "2026-12-01", None),
    ],
)
def test_the_nearest_date_is_taken(month_day, today, expected):
    found = nearest_date(month_day, dt.date.fromisoformat(today))
    assert found == (expected and dt.date.fromisoformat(expected))


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), st.integers(-180, 180))
def test_a_date_within_half_a_year_is_found_again(today, days):
    date = today + dt.timedelta(days)
    assert nearest_date(f"{date:%m%d}", today) == date


def test_the_nearest_moment_is_in_the_zone_of_now():
    zone = dt.timezone(dt.timedelta(hours=8))
    now = dt.datetime(2027, 1, 1, 0, 5, tzinfo=zone)
    assert nearest_moment("1231235959", now) == dt.datetime(2026, 12, 31, 23, 59, 59, tzinfo=zone)


@pytest.mark.parametrize("date_time", ["1122240000", "1122236000", "1122235960", "1131000000"])
def test_an_impossible_time_is_none(date_time):
    assert nearest_moment(date_time, dt.datetime(2026, 11, 22, tzinfo=dt.UTC)) is None


@pytest.mark.parametrize(
    ("clock", "by_clock"),
    [
        ("2026-11-22T09:30:12", True),
        ("2026-12-22T23:59:59", True),
        ("2026-12-23T00:00:00", False),
        ("2026-10-23T00:00:00", True),
        ("2026-10-22T23:59:59", False),
        ("2036-11-22T09:30:12", False),
        ("1970-01-01T00:00:00", False),
    ],
)
def test_years_go_by_the_clock_unless_it_is_far_from_the_open_business_day(clock, by_clock):
    now = dt.datetime.fromisoformat(f"{clock}+00:00")
    day = dt.date(2026, 11, 22)
    reference = year_reference(now, day)
    assert reference == (now if by_clock else dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC))
