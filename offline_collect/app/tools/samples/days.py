"""Moves the dates of the samples from the day they were written for to any other day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

WRITTEN_FOR = dt.date(2026, 11, 22)
"""The day around which the samples in the repository lie."""

MONTHS = 12
_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_AUTUMN_FROM, _AUTUMN_TO = 8, 1


@dataclass(frozen=True)
class Days:
    """Says for a date or month of the samples as written which one it is on ``today``.

    Dates move by days, so that a bill that was due two days ago still was. The periods that bills are for move by
    months: two of them never become the same.
    """

    today: dt.date = WRITTEN_FOR

    def date(self, year: int, month: int, day: int) -> dt.date:
        """Return a date."""
        return dt.date(year, month, day) + (self.today - WRITTEN_FOR)

    def iso(self, year: int, month: int, day: int) -> str:
        """Return a date as ``2026-11-30``."""
        return self.date(year, month, day).isoformat()

    def slashed(self, year: int, month: int, day: int) -> str:
        """Return a date as people type it: ``2026/10/1``."""
        moved = self.date(year, month, day)
        return f"{moved.year}/{moved.month}/{moved.day}"

    def period(self, year: int, month: int) -> tuple[int, int]:
        """Return the year and month of a period."""
        by = (self.today.year - WRITTEN_FOR.year) * MONTHS + self.today.month - WRITTEN_FOR.month
        years, months = divmod(year * MONTHS + month - 1 + by, MONTHS)
        return years, months + 1

    def month(self, year: int, month: int) -> str:
        """Return a period of a month: ``2026-11``."""
        moved_year, moved = self.period(year, month)
        return f"{moved_year}-{moved:02d}"

    def month_name(self, year: int, month: int) -> str:
        """Return a month in words: 十一月."""
        return f"{_NUMERALS[self.period(year, month)[1] - 1]}月"

    def quarter(self, year: int, month: int) -> str:
        """Return a period of a quarter: 2026年第4季度."""
        moved_year, moved = self.period(year, month)
        return f"{moved_year}年第{(moved - 1) // 3 + 1}季度"

    def term(self, year: int, month: int) -> str:
        """Return a school's term: 2026秋季, which lasts until January."""
        moved_year, moved = self.period(year, month)
        if moved <= _AUTUMN_TO:
            return f"{moved_year - 1}秋季"
        return f"{moved_year}{'秋季' if moved >= _AUTUMN_FROM else '春季'}"
