"""Describes a table to write: its columns and rows, for any file format.

:func:`~offline_collect.files.write.xlsx.write_workbook` and
:func:`~offline_collect.files.write.csv.write_csv` write it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from offline_collect.files.cells import Cell

SheetCell: TypeAlias = Cell | None
"""A row's value for a column, by the column's kind; None and '' leave the cell blank."""


class Kind(StrEnum):
    """The content of a column, and the Python type of its values."""

    TEXT = "TEXT"
    """str: for people."""
    IDENTIFIER = "IDENTIFIER"
    """str: kept as text, so that no program turns it into a number."""
    MONEY = "MONEY"
    """int: minor units of the sheet's currency."""
    COUNT = "COUNT"
    """int."""
    DATE = "DATE"
    """dt.date."""
    INSTANT = "INSTANT"
    """Aware dt.datetime: shown in the sheet's zone, which the heading names."""
    CELL = "CELL"
    """A cell as this package's readers return it: a text stays a text, a number a number."""


SUMMED = frozenset({Kind.MONEY, Kind.COUNT})


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column to write.

    Attributes:
        heading: its heading.
        kind: its content.
        width: in characters of the default font, a Chinese one counts as two; None fits it to its heading
            and its first rows.
        total: add it up in the totals row; MONEY and COUNT only.
        note: a note on its heading, in a workbook; '' for none.
        wrapped: whether long texts go on in further lines of their cell.
        optional: whether a workbook hides it if its rows hold nothing but blanks and zeros.
    """

    heading: str
    kind: Kind = Kind.TEXT
    width: int | None = None
    total: bool = False
    note: str = ""
    wrapped: bool = False
    optional: bool = False

    def __post_init__(self) -> None:
        assert not self.total or self.kind in SUMMED, f"a column of {self.kind} has no total"


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """A row that a workbook shows in colour.

    Attributes:
        cells: one for each column.
        notes: notes on cells, which get a stronger colour, by their place from 0.
    """

    cells: Sequence[SheetCell] = field(repr=False)
    notes: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to write.

    Attributes:
        title: the worksheet's name; characters that Excel does not allow are replaced.
        columns: from left to right.
        rows: each as long as ``columns``; read once, in order, never all in memory.
        currency: ISO 4217 number of MONEY columns.
        zone: of INSTANT columns: the bank's business zone.
        notes: lines above the heading of a worksheet; CSV has none, its first line is the heading.
        totals_label: label of the totals row, in its first column without a total.
        marked: rows that stand above the others, in colour; only workbooks have them, and no total counts them.
        in_one: whether it must not continue in a further worksheet: then a longer table is refused.
    """

    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[SheetCell]]
    currency: str = "156"
    zone: dt.tzinfo = dt.UTC
    notes: Sequence[str] = ()
    totals_label: str = "Total"
    marked: Iterable[MarkedRow] = ()
    in_one: bool = False

    @property
    def headings(self) -> tuple[str, ...]:
        """The columns' headings; that of an instant names the zone."""
        return tuple(
            f"{column.heading} ({self.zone})" if column.kind is Kind.INSTANT else column.heading
            for column in self.columns
        )

    def local(self, instant: Cell) -> dt.datetime:
        """Return an instant as local time of the sheet's zone, without the zone."""
        assert isinstance(instant, dt.datetime)
        assert instant.tzinfo is not None, "an instant needs a time zone"
        return instant.astimezone(self.zone).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Written:
    """The result of writing a sheet.

    Attributes:
        rows: how many, without heading, notes and totals.
        totals: sums of the columns with a total, by heading.
    """

    rows: int
    totals: dict[str, int]


class Tally:
    """Counts a sheet's rows and adds up its columns during writing."""

    def __init__(self, sheet: Sheet) -> None:
        self._summed = [at for at, column in enumerate(sheet.columns) if column.total]
        self._sheet = sheet
        self._totals = dict.fromkeys(self._summed, 0)
        self.rows = 0

    def passing(self) -> Iterator[Sequence[SheetCell]]:
        """Yield the sheet's rows."""
        for row in self._sheet.rows:
            self.rows += 1
            for at in self._summed:
                amount = row[at] or 0
                assert isinstance(amount, int)
                self._totals[at] += amount
            yield row

    def totals_row(self) -> list[SheetCell]:
        """Return the row of totals; [] if no column has a total."""
        if not self._summed:
            return []
        row: list[SheetCell] = [self._totals.get(at) for at in range(len(self._sheet.columns))]
        if (free := next((at for at, cell in enumerate(row) if cell is None), None)) is not None:
            row[free] = self._sheet.totals_label
        return row

    def written(self) -> Written:
        """Return the result so far."""
        columns = self._sheet.columns
        return Written(self.rows, {columns[at].heading: total for at, total in self._totals.items()})
