"""Last days of payment in words: 第一期（2030-12-20前） as a title, 12月20日前 as a cell."""

from __future__ import annotations

import datetime as dt
import re

from offline_collect.domain.imports.days_without_year import year_of_day
from offline_collect.domain.imports.titles import plain_title

_DAY = r"(?:(20\d\d)[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?"
_BEFORE = re.compile(rf"(?<![\d年/.-]){_DAY}(?:[之以]?前|止|截止)")
_UNTIL = re.compile(rf"(?:截[止至]|期限|最[迟晚]|before|due|by)[日期于:为]*{_DAY}(?!\d)")


def day_in_title(title: str, period: str | None = None) -> str:
    """Return the one last day that a title says, as 2030-12-20; '' if it says none, or more than one.

    Args:
        title: of a column of amounts.
        period: that the table states, which tells the year of a day without one; None if it states none.
    """
    plain = plain_title(title)
    parts = {*_BEFORE.findall(plain), *_UNTIL.findall(plain)}
    if len(parts) != 1:
        return ""
    [(year, month, day)] = parts
    return _day(year, int(month), int(day), period)


def is_until(text: str) -> bool:
    """Whether a cell says that it is a last day itself: 12月20日前, 2030-12-20之前."""
    return _BEFORE.fullmatch(plain_title(text)) is not None


def _day(written: str, month: int, day: int, period: str | None) -> str:
    year = int(written) if written else year_of_day(month, period or "")
    try:
        return "" if year is None else dt.date(year, month, day).isoformat()
    except ValueError:
        return ""
