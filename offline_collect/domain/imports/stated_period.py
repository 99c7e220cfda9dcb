"""The period that a title above a table states for all of its rows: 锦绣花园2030年11月物业费."""

from __future__ import annotations

import re
from collections.abc import Iterable

from offline_collect.domain.imports.year_and_month import english_month

_YEAR = r"20\d\d"
_TO = "[-~～—–至到]"
_DAY = re.compile(
    rf"(?:{_YEAR}\s*[年./-]\s*)?\d{{1,2}}\s*[月./-]\s*\d{{1,2}}\s*日|{_YEAR}([./-])\d{{1,2}}\1\d{{1,2}}"
)
_OTHER_DAY = re.compile(
    rf"(?:截[止至]到?|日期|时间|打印|制表|制单|填表|编制)[^,，;；:：()（）]{{0,4}}[:：]?\s*{_YEAR}\s*年\s*\d{{1,2}}\s*月"
    rf"|{_YEAR}\s*年\s*\d{{1,2}}\s*月份?\s*(?=[起底末]|初(?!中)|[以之]?前(?!台)|后(?!勤)|以来|制|修订|版|执行|开始)"
)
"""When a list was made, from when or until when something holds: not for which month it is."""

_RANGE = re.compile(rf"月份?\s*{_TO}|\d\s*{_TO}\s*\d{{1,2}}\s*月|{_TO}\s*{_YEAR}\s*年\s*\d")
_MONTH = re.compile(rf"({_YEAR})\s*年\s*(1[0-2]|0?[1-9])\s*月份?")
_MONTH_ALONE = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])\s*月")
_SCHOOL_YEAR = rf"{_YEAR}\s*[-~～—–/至]\s*(?:20)?\d\d"
_PART = r"第?[一二三四1-4]季度|[春秋]季?学期|第?[一二12]学期|[上下]学期|[上下]半年|[供采取]暖[季期]|[春夏秋冬]季?班|[寒暑]假班?"
_NAMED_YEAR = re.compile(rf"学年度?\s*[:：]\s*({_SCHOOL_YEAR})(?!\s*学年)")
_TERM = re.compile(rf"(?:{_SCHOOL_YEAR}|{_YEAR})\s*(?:学?年度?)?\s*(?:{_PART})|{_SCHOOL_YEAR}\s*学年")

_SEASON = re.compile(rf"({_YEAR})\s*年?\s*([春秋])季(?!学期|班)")

_NAME = r"(?<![a-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_NAMED_DAY = re.compile(
    rf"\d{{1,2}}(?:st|nd|rd|th)?[\s-]+{_NAME}[\s,-]+{_YEAR}|{_NAME}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+{_YEAR}"
    rf"|(?:as (?:at|of)|since|until|before|by|after|updated|printed|effective|from|starting|revised):?\s+{_NAME},?\s+{_YEAR}",
    re.IGNORECASE,
)
"""5 January 2030, and what is no month of the list: as of January 2030."""

_NAMED_RANGE = re.compile(rf"{_NAME}(?:\s+{_YEAR})?\s*(?:{_TO}|to|and|&)\s*{_NAME}", re.IGNORECASE)
_NAMED_MONTH = re.compile(rf"({_NAME})[\s,]+({_YEAR})", re.IGNORECASE)


def without_periods(text: str) -> str:
    """Return a text without the days, months and terms in it."""
    left = _NAMED_YEAR.sub("", _MONTH.sub("", _without_days(text)))
    return _TERM.sub("", _NAMED_MONTH.sub("", left))


def _without_days(text: str) -> str:
    return _NAMED_DAY.sub("", _OTHER_DAY.sub("", _DAY.sub("", text)))


def _english_months(text: str) -> set[tuple[str, int]]:
    """Return the year and number of each month that a text names in English: January 2030."""
    found = ((year, english_month(name)) for name, year in _NAMED_MONTH.findall(text))
    return {(year, number) for year, number in found if number is not None}


def stated_period(texts: Iterable[str]) -> str | None:
    """Return the one period that texts state: a month as 2030-11, else as written; None if there is none, or several.

    A month says more than the term it is in. Days, such as the one on which the list was made, state none, and a month
    without its year neither; but it contradicts another one.
    """
    months: set[tuple[str, int]] = set()
    alone: set[int] = set()
    terms: set[str] = set()
    for text in texts:
        left = _without_days(text)
        if _RANGE.search(left) or _NAMED_RANGE.search(left):
            return None
        months |= _english_months(left)
        months |= {(year, int(number)) for year, number in _MONTH.findall(left)}
        alone |= {int(number) for number in _MONTH_ALONE.findall(_MONTH.sub("", left))}
        left = _NAMED_YEAR.sub(r"\1学年", left)
        terms |= {"".join(found.split()) for found in _TERM.findall(left)}
    if len(months) == 1:
        [(year, number)] = months
        return f"{year}-{number:02d}" if alone <= {number} else None
    return terms.pop() if not months and not alone and len(terms) == 1 else None


def stated_season(texts: Iterable[str]) -> str | None:
    """Return the one spring or autumn that texts name, as 2030年秋季, which tells the year of a day; None otherwise."""
    found = {f"{year}年{season}季" for text in texts for year, season in _SEASON.findall(text)}
    return found.pop() if len(found) == 1 else None
