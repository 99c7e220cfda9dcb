"""The parts of a table: cells and rows, and the limits of a file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

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


ERROR_CELL = ErrorCell()
UNCALCULATED_CELL = UncalculatedCell()
MERGED_CELL = MergedCell()

Cell: TypeAlias = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | ErrorCell
"""CSV has only text; '' is a blank cell. A formula has the value that Excel last saved for it."""


class Row(NamedTuple):
    """A row and its number as a spreadsheet shows it: from 1, blank rows included."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one file; a file that exceeds one is refused whole.

    Attributes:
        size: bytes of a CSV file.
        workbook_size: bytes of a workbook on disk.
        inflated_size: bytes of all parts of an .xlsx workbook once unpacked.
        area: rows times columns of a sheet, which Excel files hold in memory while they are read.
        rows: rows below the header.
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


def one_line(text: str) -> str:
    """Return a text in one line, stripped: people break lines within a cell to make it fit."""
    return " ".join(text.split())


def shown(cell: Cell) -> str:
    """Return a cell's text for a message."""
    return cell if isinstance(cell, str) else str(cell)


def column_letters(index: int) -> str:
    """Return a column's name as Excel shows it: A for 0, AA for 26."""
    before, last = divmod(index, 26)
    return (column_letters(before - 1) if before else "") + chr(ord("A") + last)
