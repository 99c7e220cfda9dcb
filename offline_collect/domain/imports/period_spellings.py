"""How one month may be written as the period of a bill: a search for 2030-12 also finds 2030年12月."""

from __future__ import annotations

from offline_collect.domain.imports.titles import year_month


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
