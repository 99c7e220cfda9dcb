"""The parts of a table: cells and rows, and the limits of a file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar, NamedTuple, Self, TypeAlias

MIB = 1024 * 1024


class ErrorCell:
    """A cell whose formula failed (``#N/A``, ``#DIV/0!``): it has no value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "#ERROR"


class MergedCell(ErrorCell):
    """A cell that lies under a merged one: it shows the value of another cell and has none itself.

    Attributes:
        above: what the merged cell shows, if this one lies below it; '' beside it.
    """

    __slots__ = ("above",)

    def __init__(self, above: Cell = "") -> None:
        self.above = above

    def __repr__(self) -> str:
        return "#MERGED"


class UncalculatedCell(ErrorCell):
    """A cell with a formula whose value was never saved: the program that wrote the file does not calculate."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "#FORMULA"


class RoundedNumber(float):
    """A number that Excel shows rounded: its format has fewer decimals than the number.

    Attributes:
        decimals: how many its format shows.
    """

    __slots__ = ("decimals",)
    decimals: int

    def __new__(cls, number: float, decimals: int) -> Self:
        """Mark a number."""
        made = super().__new__(cls, number)
        made.decimals = decimals
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return RoundedNumber, (float(self), self.decimals)

    @property
    def as_shown(self) -> Decimal:
        """What Excel shows: half of the last decimal goes up."""
        return Decimal(f"{self:.15g}").quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP)


class ScaledNumber(float):
    """A number that Excel shows in another unit: its format has 万 or 千, divides it by thousands, or is of percent."""

    __slots__ = ()


class ForeignNumber(float):
    """A number that Excel shows with the sign of a currency.

    Attributes:
        sign: of the currency, or its code.
        number: the number, as it is without the sign.
    """

    __slots__ = ("number", "sign")
    sign: str
    number: float

    def __new__(cls, number: float, sign: str) -> Self:
        """Mark a number."""
        made = super().__new__(cls, number)
        made.sign, made.number = sign, number
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return ForeignNumber, (self.number, self.sign)


ERROR_CELL = ErrorCell()
UNCALCULATED_CELL = UncalculatedCell()
MERGED_CELL = MergedCell()

Cell: TypeAlias = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | ErrorCell
"""CSV has only text; '' is a blank cell. A formula has the value that Excel last saved for it."""


class SheetRow(int):
    """The number of a row in a workbook of several sheets; as a text it is what people call the row: ``三月!12``.

    As a number it counts on from sheet to sheet: it sorts, and is one row's only. Each sheet has a class of its own
    (:func:`sheet_rows`), because imports keep a number for each of a million rows: one that holds its sheet itself
    would take five times the memory.

    Attributes:
        sheet: its sheet's name.
        before: how many rows the sheets before have.
    """

    __slots__ = ()

    sheet: ClassVar[str] = ""
    before: ClassVar[int] = 0

    def __str__(self) -> str:
        return f"{self.sheet}!{self - self.before}"

    def __reduce__(self) -> tuple[object, ...]:
        return _sheet_row, (self.sheet, self.before, int(self))


def sheet_rows(sheet: str, before: int) -> type[SheetRow]:
    """Return the class of the numbers of a sheet's rows; ``before`` is how many rows the sheets before have."""
    return type(SheetRow.__name__, (SheetRow,), {"__slots__": (), "sheet": sheet, "before": before})


def _sheet_row(sheet: str, before: int, number: int) -> SheetRow:
    return sheet_rows(sheet, before)(number)


def sheet_of(row: int) -> str | None:
    """Return the name of a row's sheet; None if the file has one sheet."""
    return row.sheet if isinstance(row, SheetRow) else None


class Row(NamedTuple):
    """A row and its number as a spreadsheet shows it: from 1, blank rows included.

    The number is a :class:`SheetRow` in a workbook of several sheets.
    """

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one file; a file that exceeds one is refused whole.

    Attributes:
        size: bytes of a CSV file.
        workbook_size: bytes of a workbook on disk.
        inflated_size: bytes of all parts of an .xlsx workbook once unpacked.
        area: rows times columns of all sheets, which Excel files hold in memory while they are read.
        rows: rows below the first header.
        columns: cells in a row.
        line: characters in one line of a CSV file.
        lines_per_row: lines that one quoted CSV row may span.
        cell: characters in one cell.
    """

    size: int = 1024 * MIB
    workbook_size: int = 128 * MIB
    inflated_size: int = 1024 * MIB
    area: int = 12_000_000
    rows: int = 1_048_575
    columns: int = 256
    line: int = 65_536
    lines_per_row: int = 100
    cell: int = 4_000


DEFAULT_LIMITS = Limits()


def is_blank(cell: Cell) -> bool:
    """Whether a cell is empty or only white space."""
    return isinstance(cell, str) and not cell.strip()


def shows_nothing(cell: Cell) -> bool:
    """Whether a cell is blank, or lies beside a merged one, whose value is another cell's."""
    return is_blank(cell) or (isinstance(cell, MergedCell) and is_blank(cell.above))


def one_line(text: str) -> str:
    """Return a text in one line, stripped: people break lines within a cell to make it fit."""
    return " ".join(text.split())


def shown(cell: Cell) -> str:
    """Return a cell's text for a message: a number as Excel shows it, 1 and not 1.0."""
    if isinstance(cell, str):
        return cell
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)


def column_letters(index: int) -> str:
    """Return a column's name as Excel shows it: A for 0, AA for 26."""
    before, last = divmod(index, 26)
    return (column_letters(before - 1) if before else "") + chr(ord("A") + last)
