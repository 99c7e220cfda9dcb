"""The business calendar: which dates are business days; the operator says so (domain.md, Cutover)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from offline_collect.domain.business_days.dates import BusinessDate

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Which dates are business days: all of them, unless something is said here.

    Attributes:
        weekend: weekdays that are not worked, Monday is 0; at least one weekday is left out.
        holidays: dates that are not worked.
        workdays: dates of the weekend that are worked all the same.
    """

    weekend: frozenset[int] = frozenset()
    holidays: frozenset[dt.date] = frozenset()
    workdays: frozenset[dt.date] = frozenset()

    def is_business_day(self, date: dt.date) -> bool:
        """Whether ``date`` can be a business date."""
        if date in self.workdays:
            return True
        return date not in self.holidays and date.weekday() not in self.weekend

    def first_from(self, date: dt.date) -> BusinessDate:
        """Return ``date`` if it is a business day, else the first one after it."""
        # Ends: holidays are finitely many, and not every weekday is of the weekend.
        while not self.is_business_day(date):
            date += ONE_DAY
        return BusinessDate.of(date)

    def next_after(self, date: dt.date) -> BusinessDate:
        """Return the first business day after ``date``."""
        return self.first_from(date + ONE_DAY)

    def between(self, first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, bool]]:
        """Give each date from ``first`` to ``last`` and whether it is a business day."""
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            date = dt.date.fromordinal(ordinal)
            yield date, self.is_business_day(date)


EVERY_DAY = BusinessCalendar()
"""A calendar without days off: what holds where the operator gives none."""
