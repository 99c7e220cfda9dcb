"""Cutover: when a business day is due to be closed, and closing it (domain.md, Cutover)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from offline_collect.domain.dates import BusinessDate
from offline_collect.domain.days import BusinessDay, next_business_date
from offline_collect.domain.ports import Clock
from offline_collect.store import SqlStore, cutover, open_day


@dataclass(frozen=True, slots=True)
class CutoverTimes:
    """When days end.

    Attributes:
        timezone: the business timezone.
        at: local time of the cutover; None where days are closed by command only.
    """

    timezone: dt.tzinfo
    at: dt.time | None

    def due(self, day: BusinessDay, now: dt.datetime) -> bool:
        """Whether ``day``'s cutover has come."""
        if self.at is None:
            return False
        return now >= dt.datetime.combine(day.date, self.at, self.timezone)

    def next_date(self, closing: BusinessDate, now: dt.datetime) -> BusinessDate:
        """Return the date that opens when ``closing`` is closed now."""
        return next_business_date(closing, now.astimezone(self.timezone), self.at)


def cut_if_due(store: SqlStore, times: CutoverTimes, clock: Clock) -> BusinessDate | None:
    """Close the open day if its cutover has come; return the date that is open then, None if nothing was done.

    Every server asks this: the day to close is named, so whoever comes second does nothing.

    Raises:
        StoreError: the store could not be reached or somebody held the day too long; ask again.
    """
    with store.snapshot() as reading:
        day = open_day(reading)
    now = clock.now()
    if day is None or not times.due(day, now):
        return None
    opened = times.next_date(day.date, now)
    with store.transaction() as tx:
        return opened if cutover(tx, day.date, opened, now) else None
