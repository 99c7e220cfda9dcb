"""The year of a row's month, if the row does not say it: that of the list, or of the row's last day of payment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from offline_collect.domain.imports.composed_numbers import parts_of
from offline_collect.domain.imports.months_without_year import stated_years, year_of_month
from offline_collect.domain.imports.titles import places_of, plain_title
from offline_collect.domain.imports.year_and_month import month_number, months_title
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import MergedCell, one_line, shown
from offline_collect.files.columns.converters import REMEMBERED_MAX, Altered
from offline_collect.files.columns.header import Header
from offline_collect.files.columns.other_rows import LeftOutRow
from offline_collect.files.columns.records import Record
from offline_collect.files.columns.slices import Found
from offline_collect.files.columns.stated import StatedValue, period_note, period_of, stated_texts
from offline_collect.files.columns.title_places import DUE_DATE, PERIOD
from offline_collect.files.columns.values import Value
from offline_collect.files.columns.year_and_month import joins
from offline_collect.files.errors import RowProblem
from offline_collect.files.read.open import Table


class RowPeriods:
    """Completes the periods of rows: a month alone gets its year; of a year and a month none may lack.

    Attributes:
        column: of the period; None if the table has none.
    """

    def __init__(self, table: Table, header: Header) -> None:
        self.column: Found | None = next((each for each in header.columns if each.column.key == PERIOD), None)
        title = "" if self.column is None else self.column.title
        self._parts = _parts(table, title) if self.column is not None and joins(self.column.column) else []
        # Below 月份 a number is a month; below 账期 it may be anything.
        self._bare = months_title(title)
        self._years = stated_years(stated_texts(table))
        self._period = period_of(table)
        self._whole: dict[Value | None, bool] = {}

    def notes(self) -> list[str]:
        """Return texts to stand above a copy of the table, which say what tells its years."""
        if self.column is None or self._parts:
            return []
        years = [f"{year}年度" for year in self._years]
        return years + ([period_note(StatedValue(self.column.column, self._period))] if self._period else [])

    def says_all(self, record: Record) -> bool:
        """Whether a row's period lacks nothing; the periods of a list are few."""
        period = record.values.get(PERIOD)
        known = self._whole.get(period)
        if known is None:
            known = isinstance(period, str) and self._month(period) is None
            if len(self._whole) < REMEMBERED_MAX:
                self._whole[period] = known
        return known

    def dated(self, record: Record) -> Record:
        """Return a record whose period has its year, if anything tells it."""
        period = self._with_year(record.values)
        if period is None or self.column is None:
            return record
        altered = (*record.altered, (Altered.MONTH_DATED, self.column.column))
        return replace(record, values={**record.values, PERIOD: period}, altered=altered)

    def as_dated(self, left: LeftOutRow) -> LeftOutRow:
        """Return a row that is left out, with its period likewise: its number may be made of it."""
        period = self._with_year(left.values)
        return left if period is None else replace(left, values={**left.values, PERIOD: period})

    def problem(self, record: Record) -> RowProblem | None:
        """Return what is wrong with a row that has a year without its month, or a month without its year."""
        cells = [record.cells[place] for place in self._parts if place < len(record.cells)]
        texts = [one_line(shown(cell.above if isinstance(cell, MergedCell) else cell)) for cell in cells]
        told = [text for text in texts if text]
        if PERIOD in record.values or not told or self.column is None:
            return None
        return RowProblem(
            row=record.row,
            column=self.column.title,
            value=" ".join(told),
            reason=Phrase("has no year with its month"),
            remedy=Phrase("fill in both columns"),
            cells=record.cells,
        )

    def _with_year(self, values: Mapping[str, Value]) -> str | None:
        text, day = values.get(PERIOD), values.get(DUE_DATE)
        month = self._month(text) if isinstance(text, str) else None
        if month is None:
            return None
        due_date = day if isinstance(day, dt.date) else None
        year = year_of_month(month, years=self._years, period=self._period, due_date=due_date)
        return None if year is None else f"{year}-{month:02d}"

    def _month(self, period: str) -> int | None:
        return None if self._parts else month_number(period, bare=self._bare)


def _parts(table: Table, template: str) -> Sequence[int]:
    return [place for part in parts_of(template) for place in places_of(table.header, {plain_title(part)})]
