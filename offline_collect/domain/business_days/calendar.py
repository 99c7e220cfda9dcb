"""The business calendar: which dates are business days, as the operator configures (docs/operating.md)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from offline_collect.domain.business_days.dates import BusinessDate

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Which dates are business days; all dates by default.

    Attributes:
        weekend: weekdays off, Monday is 0; at most six.
        holidays: dates off.
        workdays: weekend dates that are business days.
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
        # This ends: holidays are finite, and at least one weekday is not weekend.
        while not self.is_business_day(date):
            date += ONE_DAY
        return BusinessDate.of(date)

    def next_after(self, date: dt.date) -> BusinessDate:
        """Return the first business day after ``date``."""
        return self.first_from(date + ONE_DAY)

    def between(self, first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, bool]]:
        """Yield each date from ``first`` to ``last`` and whether it is a business day."""
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            date = dt.date.fromordinal(ordinal)
            yield date, self.is_business_day(date)


EVERY_DAY = BusinessCalendar()
"""A calendar without days off: the default."""
