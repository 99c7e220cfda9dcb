"""The years of columns of months whose titles have none: 9月 to 12月, and 1月 behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_DECEMBER = 12
_TWO_YEARS = re.compile(r"20(\d\d)[-~～—–/至](?:20)?(\d\d)(?!\d)")


def years_later(months: Sequence[int]) -> list[int] | None:
    """Return how many years each of some columns is behind the first one's year; None if their order does not tell it.

    Args:
        months: their numbers, in the order of the columns. Each is later in the year than the one before, or January
            follows December and no month is left out.
    """
    if list(months) == sorted(set(months)):
        return [0] * len(months)
    follow = all(later == earlier % _DECEMBER + 1 for earlier, later in pairwise(months))
    if not follow or len(set(months)) < len(months):
        return None
    return [0 if month >= months[0] else 1 for month in months]


def first_year(months: Sequence[int], year: int | None, period: str | None) -> int | None:
    """Return the year of the first column of months; None if nothing tells it.

    Args:
        months: their numbers, in the order of the columns.
        year: that the rows above the table name; None if they name none, or several.
        period: that the table states: 2030-2031学年.
    """
    later = years_later(months)
    if later is None or not any(later):
        return year
    found = _TWO_YEARS.match(period or "")
    if found is None or int(found[2]) != int(found[1]) + 1:
        return None
    return int(f"20{found[1]}")
