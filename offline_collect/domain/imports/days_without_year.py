"""The year of a day that was written without one, from the period that its table states: 12月20日 below 2030年12月收费表."""

from __future__ import annotations

from offline_collect.domain.imports.period_spans import MONTHS, month_at, span_of

_BEFORE, _AFTER = 1, 3
"""Bills are due from the month before their period to three months after it."""


def year_of_day(month: int, period: str) -> int | None:
    """Return the year of a day of payment; None if the period does not tell it.

    Args:
        month: of the day, 1 to 12.
        period: as a table states it: 2030-12, 2030年第一季度, 2030-2031采暖季.
    """
    span = span_of(period)
    if span is None:
        return None
    year = (span.first - _BEFORE) // MONTHS
    for each in (year, year + 1, year + 2):
        if span.first - _BEFORE <= month_at(each, month) <= span.last + _AFTER:
            return each
    return None
