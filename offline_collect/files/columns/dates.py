"""Converts a cell to a date, in any notation of docs/merchants.md or Excel's own."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from typing import TypeAlias

from offline_collect.domain.imports.days_without_year import year_of_day
from offline_collect.domain.imports.year_and_month import english_month
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import Cell
from offline_collect.files.errors import CellProblemError

Parser: TypeAlias = Callable[[Cell, str], dt.date]
"""Takes a cell that is not blank and an ISO 4217 number; raises CellProblemError."""

YEARS = range(2000, 2100)

_DATES = Phrase("write it like 2026-11-30")
_TIME = r"(?:(?:T| {1,3})(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?)?"
"""Systems add a time of day to a due date, midnight or the day's last minute: the day is meant."""

_UNTIL = r"(?:\s*[(（]?(?:周|星期|礼拜)[一二三四五六日天][)）]?)?(?:\s*[之以]?前)?"
"""2030年12月31日(周二)前: the last day."""

_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|(\d{2})(\d{2})|年(\d{1,2})月(\d{1,2})日)"
    + _TIME
    + _UNTIL
)
_MONTH_NAMED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[- ]([a-z]{3,9})\.?[-, ] ?|([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? )(\d{4})"
    + _TIME,
    re.IGNORECASE,
)
"""31-Jan-2027, 31 January 2027 and January 31, 2027."""

_NO_YEAR = re.compile(r"(?:(\d{1,2})月(\d{1,2})[日号]?|(\d{1,2})([-/.])(\d{1,2}))" + _UNTIL)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})" + _TIME)


def date(cell: Cell, _currency: str) -> dt.date:
    """Return a date between 2000 and 2099, in any notation of docs/merchants.md or Excel's own."""
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    return _plausible(cell if isinstance(cell, dt.date) else _written_date(cell))


def day_first(cell: Cell, currency: str) -> dt.date:
    """Return a date as :func:`date` does, or one written like 30/11/2026."""
    return _year_last(cell, currency, "dm")


def month_first(cell: Cell, currency: str) -> dt.date:
    """Return a date as :func:`date` does, or one written like 11/30/2026."""
    return _year_last(cell, currency, "md")


def of_period(period: str) -> Parser:
    """Return a parser of dates as :func:`date`, and of days without a year whose year a period tells."""

    def parse_date(cell: Cell, currency: str) -> dt.date:
        written = _without_year(cell)
        year = None if written is None else year_of_day(written[0], period)
        if written is None or year is None:
            return date(cell, currency)
        return _plausible(_day_of_calendar(year, *written))

    return parse_date


def lacks_year(cell: Cell) -> bool:
    """Whether a cell is a day of some month, without its year."""
    return _without_year(cell) is not None


def _without_year(cell: Cell) -> tuple[int, int] | None:
    """Return the month and the day of a date without a year; None for anything else."""
    if not isinstance(cell, str):
        return None
    match = _NO_YEAR.fullmatch(unicodedata.normalize("NFKC", cell).strip())
    if match is None:
        return None
    month, day = match[1] or match[3], match[2] or match[5]
    return int(month), int(day)


def _year_last(cell: Cell, currency: str, order: str) -> dt.date:
    match = (
        _YEAR_LAST.fullmatch(unicodedata.normalize("NFKC", cell).strip()) if isinstance(cell, str) else None
    )
    if match is None:
        return date(cell, currency)
    first, _, second, year = match.groups()
    day, month = (first, second) if order == "dm" else (second, first)
    return _plausible(_day_of_calendar(int(year), int(month), int(day)))


def _plausible(found: dt.date) -> dt.date:
    if found.year not in YEARS:
        first, last = YEARS.start, YEARS.stop - 1
        raise CellProblemError(Phrase("is not between {first} and {last}", first=first, last=last), _DATES)
    return found


def _written_date(cell: Cell) -> dt.date:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    named = _MONTH_NAMED.fullmatch(text)
    number = None if named is None else english_month(named[2] or named[3])
    if named is not None and number is not None:
        return _day_of_calendar(int(named[5]), number, int(named[1] or named[4]))
    match = _DATE.fullmatch(text)
    if match is None:
        raise CellProblemError(Phrase("is not a date"), _DATES)
    year, month, day = (int(part) for part in match.groups() if part is not None)
    return _day_of_calendar(year, month, day)


def _day_of_calendar(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise CellProblemError(Phrase("is not a day of the calendar"), _DATES) from None
