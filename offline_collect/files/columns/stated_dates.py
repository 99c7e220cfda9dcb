"""Values of all rows that the rows outside a table state: its year, and the last day of payment."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise

from offline_collect.domain.imports.proposal import Stated
from offline_collect.domain.imports.seen_columns import is_last_day, is_last_day_of_payment
from offline_collect.files.cells import Cell, MergedCell, Row, one_line, shown
from offline_collect.files.columns.dates import Parser, date, of_period
from offline_collect.files.errors import CellProblemError

_ANY_YEAR = 2026
_YEAR = re.compile(r"20\d\d")
_DATE = r"(20\d\d(?:-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|\.\d{1,2}\.\d{1,2}|年\d{1,2}月\d{1,2}日))"
_WHOLE = re.compile(_DATE)
_NAMED = re.compile(rf"([^\s:：,，;；。()（）]{{1,20}}(?: [A-Za-z]{{1,10}}){{0,2}})\s*[:：]?\s*{_DATE}")
_TO_PAY = r"\s*(?:之|以)?前(?:[^,，;；。]{0,6}[缴交付]|[^,，;；。]{0,12}(?:续费|续租|续缴|续交|[缴交付](?:费|款|清|纳)))"
_BEFORE = re.compile(_DATE + _TO_PAY)
"""请于2030年12月31日前缴清."""

_DAY = r"(?<![\d年])(\d{1,2}月\d{1,2}[日号])"
_NAMED_NO_YEAR = re.compile(rf"([^\s:：,，;；。()（）]{{1,20}})\s*[:：]\s*{_DAY}")
_BEFORE_NO_YEAR = re.compile(_DAY + _TO_PAY)


def stated_year(above: Sequence[Row]) -> int | None:
    """Return the year that the rows above a table name; None if they name none, or several."""
    years = {year for row in above for cell in row.cells for year in _YEAR.findall(_text(cell))}
    return int(years.pop()) if len(years) == 1 else None


def stated_due_date(outside: Sequence[Row], period: str | None = None) -> Stated | None:
    """Return the last day of payment that the rows above and below a table state; None if they state none, or several.

    Args:
        outside: the rows.
        period: that the table states, which tells the year of a day without one; None if it states none.
    """
    found = {day: row.number for row in reversed(outside) for day in last_days(row.cells)}
    if period is not None:
        found |= {day: row.number for row in reversed(outside) for day in _of_period(row.cells, period)}
    return _only(found)


def month_made(outside: Sequence[Row]) -> Stated | None:
    """Return the month of all days that the rows outside a table state in full, as 2030-12; None if there are none, or several.

    On one of them the list was made.
    """
    found = {
        f"{day:%Y-%m}": row.number
        for row in reversed(outside)
        for cell in row.cells
        for written in _WHOLE.findall(_text(cell))
        for day in _day(written)
    }
    return Stated(*found.popitem()) if len(found) == 1 else None


def day_of_payment(above: Sequence[Row]) -> Stated | None:
    """Return the last day of payment that the rows above a table state in full; None if they state none, or several.

    Of what else ends on some day (合同到期) nobody has to pay until then: the words must speak of paying.
    """
    if len({day for row in above for day in last_days(row.cells)}) != 1:
        return None
    return _only(
        {day: row.number for row in reversed(above) for day in last_days(row.cells, is_last_day_of_payment)}
    )


def _only(days: Mapping[dt.date, int]) -> Stated | None:
    if len(days) != 1:
        return None
    [(day, row)] = days.items()
    return Stated(day.isoformat(), row)


def example_day(above: Sequence[Row]) -> str:
    """Return a last day for an example: the one that the rows above a table state, or one of their year."""
    stated = stated_due_date(above)
    return f"{stated_year(above) or _ANY_YEAR}-12-31" if stated is None else stated.text


def last_days(cells: Sequence[Cell], says: Callable[[str], bool] = is_last_day) -> Iterator[dt.date]:
    """Yield the last days that a row states: in one cell, or in the cell after the one that says what it is.

    Args:
        cells: of the row.
        says: whether what stands before a day says that it is a last one.
    """
    filled = [cell for cell in cells if _text(cell)]
    for cell in filled:
        text = _text(cell)
        named = [written for name, written in _NAMED.findall(text) if says(name)]
        for written in [*named, *_BEFORE.findall(text)]:
            yield from _day(written)
    for name, value in pairwise(filled):
        if says(_text(name).rstrip(":：")) and not _YEAR.search(_text(name)):
            yield from _day(value)


def _of_period(cells: Sequence[Cell], period: str) -> Iterator[dt.date]:
    """Yield the last days without a year that a row states in one cell."""
    for text in map(_text, cells):
        named = [written for name, written in _NAMED_NO_YEAR.findall(text) if is_last_day(name)]
        for written in [*named, *_BEFORE_NO_YEAR.findall(text)]:
            yield from _day(written, of_period(period))


def _day(cell: Cell, parse: Parser = date) -> Iterator[dt.date]:
    with suppress(CellProblemError):
        yield parse(cell, "")


def _text(cell: Cell) -> str:
    """Return a cell's text; a cell under a merged one repeats that."""
    return "" if isinstance(cell, MergedCell) else one_line(shown(cell))
