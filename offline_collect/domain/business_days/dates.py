"""Business dates: a separate type, so that they are never confused with dates of the clock."""

from __future__ import annotations

import datetime as dt
from typing import Self


class BusinessDate(dt.date):
    """The date of postings. Only cutover creates the next one."""

    @classmethod
    def of(cls, date: dt.date) -> Self:
        """Return ``date`` as a business date."""
        return cls(date.year, date.month, date.day)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``YYYY-MM-DD`` or ``YYYYMMDD``; raises ValueError for anything else."""
        if "W" in text:
            raise ValueError(f"{text!r} is a week date: write it like 2026-11-30")
        return cls.fromisoformat(text)

    @property
    def compact(self) -> str:
        """``YYYYMMDD``, as in serial numbers and PDS 0052."""
        return f"{self.year:04d}{self.month:02d}{self.day:02d}"
