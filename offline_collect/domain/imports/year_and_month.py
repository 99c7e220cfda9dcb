"""The period that a year and a month make, where a list has a column for each: 年 and 月, 缴费年度 and 月份, 年份 and 期数."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from offline_collect.domain.imports.titles import (
    REMEMBERED_MAX,
    loose_title,
    only_month,
    plain_title,
    year_month,
)

_OF_BILLS = r"(?:所属|归属|[缴交收付]费|[缴收交付]款|收租|租金|费用|水费|电费|账单|账期|计费|结算|抄表|应[缴收交付]|欠费|业务|会计|核算)?"
_OF_BILLS_EN = r"(?:billing|bill|fee|charge|service|fiscal|due)?[_-]?"
_YEAR_TITLE = re.compile(
    rf"{_OF_BILLS}(?:年|年份|年度|学年|学年度)|{_OF_BILLS_EN}year|(?:school|academic)year"
)
_YEARLY_TITLE = re.compile(rf"{_OF_BILLS}年度|{_OF_BILLS}年份")
_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_SEPTEMBER = 9
_NUMERALS = "一二三四"

_YEAR = re.compile(r"(20\d\d)(?:\.0)?\s*年?度?份?")
_SCHOOL_YEAR = re.compile(r"(20\d\d\s*[-~～—–/至]\s*(?:20)?\d\d)\s*(?:学年度?|年度?)?")
_MONTHS = 12
_NUMBER = re.compile(r"0?(\d{1,2})(?:\.0)?")
_QUARTER = re.compile(r"第?([一二三四1-4])(?:\.0)?季?度?|q([1-4])", re.IGNORECASE)
_TERM = re.compile(r"[春秋]季?学期|[上下]学期|第?([一二12])学期")
_SHORT_TERM = re.compile(r"[一二12](?:\.0)?|[春秋]季?|[上下]")
_NUMBERED = re.compile(r"第?\s*0*([1-9]\d?)(?:\.0)?\s*期?")


class Part(Enum):
    """What a column beside that of the year says, by its title."""

    MONTH = re.compile(rf"{_OF_BILLS}(?:月|月份|月度)|{_OF_BILLS_EN}month")
    QUARTER = re.compile(rf"{_OF_BILLS}(?:季度|季)|{_OF_BILLS_EN}quarter")
    TERM = re.compile(r"学期")
    NUMBERED = re.compile(rf"{_OF_BILLS}(?:期数|期次|期号|期别)")


class Apart(NamedTuple):
    """The places of the columns of a year, and of what in it."""

    year: int
    part: int


def months_title(title: str) -> bool:
    """Whether a title says that months stand below it."""
    return Part.MONTH.value.fullmatch(loose_title(title)) is not None


def year_and_part(titles: Sequence[str], periods: Collection[int]) -> Apart | None:
    """Return the columns whose values make the period together; None if there are none, or several.

    Args:
        titles: of a table.
        periods: places of titles that mean the period; any of which may say it alone, except that of the part.
    """
    plain = [plain_title(title) for title in titles]
    years = [place for place, title in enumerate(titles) if _YEAR_TITLE.fullmatch(loose_title(title))]
    parts = [place for place, title in enumerate(titles) if part_of(title) is not None]
    if len(years) != 1 or len(parts) != 1 or set(periods) - set(parts):
        return None
    named_once = all(plain.count(plain[place]) == 1 for place in (*years, *parts))
    return Apart(years[0], parts[0]) if named_once else None


def year_alone(titles: Sequence[str]) -> int | None:
    """Return the place of the column whose year is the period, as 年度 of a yearly fee; None if there is none, or more is said.

    Args:
        titles: of a table in which none means the period.
    """
    loose = [loose_title(title) for title in titles]
    years = [place for place, title in enumerate(loose) if _YEARLY_TITLE.fullmatch(title)]
    others = any(_YEAR_TITLE.fullmatch(title) for place, title in enumerate(loose) if place not in years)
    parts = any(part_of(title) is not None for title in titles)
    return years[0] if len(years) == 1 and not others and not parts else None


def part_of(title: str) -> Part | None:
    """Return what of a year stands below a title; None if it says something else."""
    loose = loose_title(title)
    return next((part for part in Part if part.value.fullmatch(loose)), None)


def joined_period(year: str, part: str, title: str) -> str | None:
    """Return the period that two texts make, as 2030-12, or 2030年第一季度; None if they make none.

    Args:
        year: 2030, 2030年, 2030年度; also 2030-2031学年 beside a term.
        part: 12, 12月, 第一季度, 第一学期; with a year of its own it must be the same.
        title: of the column of the part.
    """
    kind = part_of(title) or Part.MONTH
    school = _SCHOOL_YEAR.fullmatch(year.strip())
    if school is not None:
        term = _term(part.strip()) if kind is Part.TERM else None
        return None if term is None else f"{''.join(school[1].split())}学年{term}"
    found = _YEAR.fullmatch(year.strip())
    return None if found is None else _within(found[1], part.strip(), kind)


def _within(year: str, part: str, kind: Part) -> str | None:
    dated = year_month(part)
    if dated is not None:
        return dated if dated.startswith(year) else None
    month = month_number(part, bare=kind is Part.MONTH)
    if month is not None and kind in {Part.MONTH, Part.NUMBERED}:
        return f"{year}-{month:02d}"
    if kind is Part.QUARTER and (quarter := _QUARTER.fullmatch(part)):
        return f"{year}-Q{quarter[2]}" if quarter[2] else f"{year}年第{_numeral(quarter[1])}季度"
    if kind is Part.TERM and (term := _term(part)):
        return f"{year}年{term}"
    if kind is Part.NUMBERED and (numbered := _NUMBERED.fullmatch(part)):
        return f"{year}年第{numbered[1]}期"
    return None


_JOINED = re.compile(
    r"20\d\d-(?:0[1-9]|1[0-2])|20\d\d-Q[1-4]|20\d\d年第(?:[一二三四]季度|\d{1,2}期)|20\d\d(?:年|[-~～—–/至](?:20)?\d\d学年).{1,3}学期"
)


def is_joined(text: str) -> bool:
    """Whether a text is a period as :func:`joined_period` makes them."""
    return _JOINED.fullmatch(text) is not None


def _term(part: str) -> str | None:
    if _SHORT_TERM.fullmatch(part):
        first = part.removesuffix(".0")
        return f"第{_numeral(first)}学期" if first.isdecimal() or first in _NUMERALS else f"{first}学期"
    found = _TERM.fullmatch(part)
    if found is None:
        return None
    return part if found[1] is None else f"第{_numeral(found[1])}学期"


def _numeral(digit: str) -> str:
    return _NUMERALS[int(digit) - 1] if digit.isdecimal() else digit


@lru_cache(REMEMBERED_MAX)
def month_number(text: str, *, bare: bool) -> int | None:
    """Return the number of a month that a text is, without a year: 12月, 十二月, December; None for anything else.

    Args:
        bare: whether a number alone is a month too.
    """
    month = only_month(text)
    if month is not None:
        return month.number if month.year is None else None
    number = _NUMBER.fullmatch(text) if bare else None
    if number is not None:
        return int(number[1]) if 1 <= int(number[1]) <= _MONTHS else None
    return english_month(text)


def english_month(name: str) -> int | None:
    """Return the number of an English month, whole or by its first three letters (Sept too)."""
    lower = name.lower().rstrip(".")
    known = (at for at, month in enumerate(_NAMES, 1) if lower in {month, month[:3]})
    return _SEPTEMBER if lower == "sept" else next(known, None)
