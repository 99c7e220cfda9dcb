"""The year of a day that was written without one, from the period that its table states: 12月20日 below 2030年12月收费表."""

from __future__ import annotations

import re
from typing import NamedTuple

_BEFORE, _AFTER = 1, 3
"""Bills are due from the month before their period to three months after it."""

_MONTHS = 12
_MONTH = re.compile(r"(20\d\d)-(\d\d)")
_YEARS = re.compile(r"(20\d\d)(?:[-~～—–/至]((?:20)?\d\d))?")
_PARTS = (
    (re.compile(r"第?[一1]季度"), 1, 3),
    (re.compile(r"第?[二2]季度"), 4, 6),
    (re.compile(r"第?[三3]季度"), 7, 9),
    (re.compile(r"第?[四4]季度"), 10, 12),
    (re.compile(r"上半年"), 1, 6),
    (re.compile(r"下半年"), 7, 12),
    (re.compile(r"春季?(?:学期|班)"), 2, 7),
    (re.compile(r"秋季?(?:学期|班)"), 9, 13),
)
_PARTS_OF_TWO_YEARS = (
    (re.compile(r"第?[一1]学期|上学期|秋季?学期"), 9, 13),
    (re.compile(r"第?[二2]学期|下学期|春季?学期"), 14, 19),
    (re.compile(r"[供采取]暖[季期]"), 11, 15),
)
"""Months from January of the first year."""


class _Span(NamedTuple):
    """The first and the last month of a period, counted from year 0."""

    first: int
    last: int


def year_of_day(month: int, period: str) -> int | None:
    """Return the year of a day of payment; None if the period does not tell it.

    Args:
        month: of the day, 1 to 12.
        period: as a table states it: 2030-12, 2030年第一季度, 2030-2031采暖季.
    """
    span = _span(period)
    if span is None:
        return None
    year = (span.first - _BEFORE) // _MONTHS
    for each in (year, year + 1, year + 2):
        if span.first - _BEFORE <= each * _MONTHS + month - 1 <= span.last + _AFTER:
            return each
    return None


def _span(period: str) -> _Span | None:
    found = _MONTH.fullmatch(period)
    if found is not None:
        at = int(found[1]) * _MONTHS + int(found[2]) - 1
        return _Span(at, at)
    years = _YEARS.match(period)
    if years is None:
        return None
    parts = _PARTS if years[2] is None else _PARTS_OF_TWO_YEARS
    named = [(first, last) for pattern, first, last in parts if pattern.search(period, years.end())]
    if len(named) != 1:
        return None
    [(first, last)] = named
    january = int(years[1]) * _MONTHS - 1
    return _Span(january + first, january + last)
