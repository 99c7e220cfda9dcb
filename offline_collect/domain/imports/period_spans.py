"""The months that a period is: 2030-12 is one, 2030年第一季度 three, 2030-2031采暖季 five."""

from __future__ import annotations

import re
from typing import NamedTuple

MONTHS = 12
"""Months of a year."""

_MONTH = re.compile(r"(20\d\d)-(\d\d)")
_YEARS = re.compile(r"(20\d\d)(?:[-~～—–/至]((?:20)?\d\d))?")
_PARTS = (
    (re.compile(r"第?[一1]季度"), 1, 3),
    (re.compile(r"第?[二2]季度"), 4, 6),
    (re.compile(r"第?[三3]季度"), 7, 9),
    (re.compile(r"第?[四4]季度"), 10, 12),
    (re.compile(r"上半年"), 1, 6),
    (re.compile(r"下半年"), 7, 12),
    (re.compile(r"春季?(?:学期|班)|春季$"), 2, 7),
    (re.compile(r"秋季?(?:学期|班)|秋季$"), 9, 13),
)
_PARTS_OF_TWO_YEARS = (
    (re.compile(r"第?[一1]学期|上学期|秋季?学期"), 9, 13),
    (re.compile(r"第?[二2]学期|下学期|春季?学期"), 14, 19),
    (re.compile(r"[供采取]暖[季期]"), 11, 15),
)
"""Months from January of the first year."""


class Span(NamedTuple):
    """The first and the last month of a period, counted as :func:`month_at` does."""

    first: int
    last: int


def month_at(year: int, month: int) -> int:
    """Return a month of the calendar as one number: the months since January of year 0."""
    return year * MONTHS + month - 1


def span_of(period: str) -> Span | None:
    """Return the months of a period as a table states it; None if it does not tell them."""
    found = _MONTH.fullmatch(period)
    if found is not None:
        at = month_at(int(found[1]), int(found[2]))
        return Span(at, at)
    years = _YEARS.match(period)
    if years is None:
        return None
    parts = _PARTS if years[2] is None else _PARTS_OF_TWO_YEARS
    named = [(first, last) for pattern, first, last in parts if pattern.search(period, years.end())]
    if len(named) != 1:
        return None
    [(first, last)] = named
    return Span(month_at(int(years[1]), first), month_at(int(years[1]), last))
