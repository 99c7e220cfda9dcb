"""Dates without a year: completed with the year that makes them nearest to now.

Now is the clock's time. If the open business day is far from it, one of the two is wrong, and the day is used:
all servers have the same day, and earlier keys were made with its year.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

SENT_WITHIN = dt.timedelta(days=30)
"""How far DE 7 may be from now; also how far the clock may be from the open business day before the day is used."""

_NOON = dt.time(12, tzinfo=dt.UTC)

_SURELY_NEAREST = 182
_DATES_KEPT = 1024


def year_reference(received_at: dt.datetime, open_day: dt.date) -> dt.datetime:
    """Return the reference time for completing years.

    Args:
        received_at: the clock's time; aware, in UTC.
        open_day: the open business date.

    Returns:
        ``received_at`` itself, or noon of ``open_day`` if the two are more than 30 days apart.
    """
    if abs(received_at.date() - open_day) <= SENT_WITHIN:
        return received_at
    return dt.datetime.combine(open_day, _NOON)


@lru_cache(_DATES_KEPT)
def nearest_date(month_day: str, today: dt.date) -> dt.date | None:
    """Complete a date with the year that makes it nearest to `today`.

    Args:
        month_day: MMDD, digits.
        today: in the time zone of the date.

    Returns:
        None if no nearby year has such a date.
    """
    this_year = _date(today.year, month_day)
    if this_year is not None and abs((this_year - today).days) <= _SURELY_NEAREST:
        return this_year
    others = (_date(today.year + step, month_day) for step in (-1, 1))
    candidates = [date for date in (this_year, *others) if date is not None]
    return min(candidates, key=lambda date: abs(date - today), default=None)


def _date(year: int, month_day: str) -> dt.date | None:
    try:
        return dt.date(year, int(month_day[:2]), int(month_day[2:]))
    except ValueError:
        return None


def whole_moment(date_time: str, zone: dt.tzinfo) -> dt.datetime | None:
    """Return the moment that YYMMDDhhmmss says in a time zone; None if there is no such date or time."""
    year, month, day, hour, minute, second = (int(date_time[at : at + 2]) for at in range(0, 12, 2))
    try:
        return dt.datetime(2000 + year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


def nearest_moment(date_time: str, now: dt.datetime) -> dt.datetime | None:
    """Complete a date and time with the year that makes it nearest to `now`.

    Args:
        date_time: MMDDhhmmss, digits.
        now: aware; the result is in its time zone.

    Returns:
        None if no nearby year has such a date, or the time is invalid.
    """
    return _moment_near(date_time, now.date(), now.tzinfo)


@lru_cache(_DATES_KEPT)
def _moment_near(date_time: str, today: dt.date, zone: dt.tzinfo | None) -> dt.datetime | None:
    """See `nearest_moment`; on a busy link, many messages were sent in the same second."""
    date = nearest_date(date_time[:4], today)
    if date is None:
        return None
    try:
        time = dt.time(int(date_time[4:6]), int(date_time[6:8]), int(date_time[8:]), tzinfo=zone)
    except ValueError:
        return None
    return dt.datetime.combine(date, time)
