"""How one month may be written as the period of a bill: a search for 2030-12 also finds 2030年12月."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress

from offline_collect.domain.imports.titles import year_month

_DAY = r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
_SPAN = re.compile(rf"{_DAY}\s*[-~～—–至到]+\s*{_DAY}")


def whole_months(period: str) -> str | None:
    """Return the months that a span of days is exactly, as 2030-12 or 2030-10~2030-12; None if it is no such span."""
    found = _SPAN.fullmatch(period)
    if found is None:
        return None
    with suppress(ValueError):
        year, month, day, *end = map(int, found.groups())
        first, last = dt.date(year, month, day), dt.date(*end)
        if first.day == 1 and first < last and (last + dt.timedelta(days=1)).day == 1:
            months = [f"{each.year}-{each.month:02d}" for each in (first, last)]
            return "~".join(dict.fromkeys(months))
    return None


def period_spellings(period: str) -> tuple[str, ...]:
    """Return a period, and the other usual spellings of its month; only itself if it is no month."""
    month = year_month(period)
    if month is None:
        return (period,)
    year, number = month.split("-")
    numbers = (number, str(int(number)))
    forms = [f"{year}年{each}月{end}" for each in numbers for end in ("", "份")]
    forms += [f"{year}{sign}{each}" for each in numbers for sign in "-/.年"]
    return tuple(dict.fromkeys([period, *forms, f"{year}{number}"]))
