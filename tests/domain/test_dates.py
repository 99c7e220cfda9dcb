import datetime as dt

import pytest

from offline_collect.domain.dates import BusinessDate
from offline_collect.domain.days import next_business_date

FRIDAY = BusinessDate(2026, 11, 20)
CUTOVER = dt.time(23, 30)
BEIJING = dt.timezone(dt.timedelta(hours=8))


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=BEIJING)


@pytest.mark.parametrize("text", ["2026-11-20", "20261120"])
def test_a_business_date_is_read_in_both_forms(text):
    read = BusinessDate.parse(text)
    assert read == FRIDAY
    assert type(read) is BusinessDate


@pytest.mark.parametrize("text", ["", "2026-11", "20.11.2026", "2026-W47-5", "2026W475", "2026-02-30"])
def test_anything_else_is_no_business_date(text):
    with pytest.raises(ValueError, match=r"."):
        BusinessDate.parse(text)


def test_a_business_date_is_written_without_hyphens_in_serial_numbers():
    assert FRIDAY.compact == "20261120"
    assert BusinessDate.of(dt.date(2026, 1, 2)).compact == "20260102"


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (at(20, 23, 30), 21),
        (at(20, 10), 21),
        (at(21, 0, 10), 21),
        (at(23, 10), 23),
        (at(23, 23, 29), 23),
        (at(23, 23, 30), 24),
    ],
    ids=["on time", "early, by command", "late", "down for days", "just before", "down, after the cutover"],
)
def test_cutover_opens_the_next_day_or_the_one_the_clock_has_reached(now, opens):
    assert next_business_date(FRIDAY, now, CUTOVER) == BusinessDate(2026, 11, opens)


def test_where_days_are_cut_by_command_only_the_evening_is_still_today():
    assert next_business_date(FRIDAY, at(23, 23, 59), None) == BusinessDate(2026, 11, 23)


def test_a_day_that_is_ahead_of_the_clock_is_followed_by_the_next():
    opened = next_business_date(BusinessDate(2026, 11, 25), at(20, 12), CUTOVER)
    assert opened == BusinessDate(2026, 11, 26)
    assert type(opened) is BusinessDate
