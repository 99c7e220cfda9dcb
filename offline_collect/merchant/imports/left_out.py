"""What of a merchant's file an import has left out or altered: nothing is passed over in silence."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from offline_collect.domain.imports.left_out import RowClass
from offline_collect.domain.imports.row_sums import RowSums
from offline_collect.files.cells import column_letters
from offline_collect.files.columns.converters import Altered
from offline_collect.files.columns.header import match_header
from offline_collect.files.columns.hidden_days import other_day
from offline_collect.files.columns.layout import Layout
from offline_collect.files.columns.other_rows import LeftOutRow
from offline_collect.files.columns.records import Record
from offline_collect.files.columns.stated import StatedValue, stated_values
from offline_collect.files.read.open import LeftOutSheet, Table

ROWS_TOLD_MAX = 5


@dataclass(slots=True)
class AlteredCells:
    """Cells to which the same was done.

    Attributes:
        count: how many there are.
        first: the rows of the first of them.
    """

    count: int = 0
    first: list[int] = field(default_factory=list)


@dataclass(slots=True)
class LeftOut:
    """What was left out of a file or altered, and totals that do not fit.

    Attributes:
        currency: ISO 4217 number of the totals' sums.
        above: how many rows stand above the header, or the headers of its sheets.
        read: the names of the sheets that were read, if the workbook has several.
        sheets: those that were not.
        columns: titles of columns that are not read.
        beside: letters of columns without a title that have values; of several sheets with the sheet.
        rows: how many rows by class.
        first: the first rows of each class, as a spreadsheet numbers them.
        totals: the first totals whose sum the rows above them do not have.
        row_sums: of each sheet: rows whose amount is not the sum of the other amounts in them.
        altered: cells that are no longer what they were, by what was done and the label of the column.
        stated: values of all rows of a sheet that its titles state, of each sheet.
        last_days: that rows outside the table state, by their row, although all bills have another one.
    """

    currency: str = ""
    above: int = 0
    read: list[str] = field(default_factory=list)
    sheets: Sequence[LeftOutSheet] = ()
    columns: dict[str, None] = field(default_factory=dict)
    beside: list[str] = field(default_factory=list)
    rows: Counter[RowClass] = field(default_factory=Counter)
    first: dict[RowClass, list[int]] = field(default_factory=dict)
    totals: list[LeftOutRow] = field(default_factory=list)
    row_sums: list[RowSums] = field(default_factory=list)
    altered: dict[tuple[Altered, str], AlteredCells] = field(default_factory=dict)
    stated: list[StatedValue] = field(default_factory=list)
    last_days: dict[int, dt.date] = field(default_factory=dict)

    @property
    def likely(self) -> list[LeftOutSheet]:
        """The sheets that were not read, but whose header has what a table of the file has."""
        return [each for each in self.sheets if each.likely]

    def note(self, record: Record) -> None:
        """Note what was done to the cells of a row."""
        for altered, column in record.altered:
            cells = self.altered.setdefault((altered, column.label), AlteredCells())
            cells.count += 1
            if len(cells.first) < ROWS_TOLD_MAX:
                cells.first.append(record.row)

    def add(self, row: LeftOutRow) -> None:
        """Count a row."""
        self.rows[row.row_class] += 1
        first = self.first.setdefault(row.row_class, [])
        # Of the months of one row several may have nothing to pay.
        if len(first) < ROWS_TOLD_MAX and row.row not in first:
            first.append(row.row)
        self._note_last_day(row.row, row.last_day)
        if row.item is not None and len(self.stated) < ROWS_TOLD_MAX:
            column, text = row.item
            self.stated.append(StatedValue(column, text, row.row))
        if row.stated is not None and len(self.totals) < ROWS_TOLD_MAX:
            self.totals.append(row)

    def _note_last_day(self, row: int, day: dt.date | None) -> None:
        if day is not None and len(self.last_days) < ROWS_TOLD_MAX:
            self.last_days[row] = day

    def complete(self, table: Table, layout: Layout, untitled: Iterable[int]) -> None:
        """Add what stands around the columns of a table, once it is read.

        Args:
            untitled: places of columns without a title that have values.
        """
        self.currency = layout.currency
        self.above += len(table.above)
        self.sheets = table.left_out_sheets
        header = match_header(table, layout)
        self.columns.update(dict.fromkeys(header.left_out))
        self.stated += stated_values(table, header, layout)
        for row in table.above:
            self._note_last_day(row.number, other_day(row, layout))
        within = ""
        if table.sheet is not None:
            self.read.append(table.sheet)
            within = f"{table.sheet}!"
        self.beside += [
            f"{within}{column_letters(table.hidden.first_column + place)}" for place in sorted(untitled)
        ]
