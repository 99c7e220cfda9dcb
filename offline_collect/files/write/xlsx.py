"""Excel workbooks (.xlsx) with constant memory: frozen headings, formats, totals; text is never a formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

import xlsxwriter
from wcwidth import wcswidth
from xlsxwriter.exceptions import XlsxFileError

from offline_collect.files.cells import shown
from offline_collect.files.errors import UnwritableError
from offline_collect.files.write.atomic_file import destination
from offline_collect.files.write.sheet import Kind, Sheet, SheetCell, Tally, Written
from offline_collect.files.write.xlsx_cells import CellWriter

ROWS_MAX = 1_048_576
"""Rows of a worksheet, including its headings."""

NAME_MAX = 31
_WIDTHS = range(8, 51)
_ROWS_MEASURED = 200
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def write_workbook(
    path: Path, sheets: Sequence[Sheet], *, overwrite: bool = False, rows_max: int = ROWS_MAX
) -> list[Written]:
    """Write a workbook; a table longer than a worksheet continues in the next one.

    Amounts are numbers in major units, exact to the minor unit; identifiers are text and formatted as text,
    so that they stay text when a user edits them.

    Args:
        path: of the file; it appears only when complete.
        sheets: the sheets to write, in this order; at least one.
        overwrite: replace an existing file.
        rows_max: rows of a worksheet, with headings, notes and totals.

    Returns:
        the result for each sheet.

    Raises:
        UnwritableError: the file exists, the folder is not writable, or a text is too long for a cell.
    """
    with new_workbook(path, overwrite=overwrite) as workbook:
        return write_sheets(workbook, path, sheets, rows_max)


@contextmanager
def new_workbook(path: Path, *, overwrite: bool) -> Iterator[Any]:
    """Make an xlsxwriter workbook that appears at ``path`` only when it is complete.

    Raises:
        UnwritableError: the file exists, or the folder is not writable.
    """
    with destination(path, overwrite=overwrite) as stream:
        try:
            with xlsxwriter.Workbook(stream, _OPTIONS) as workbook:
                workbook.use_zip64()
                yield workbook
        except XlsxFileError as error:
            raise UnwritableError(
                f"cannot be written ({error})", path=path, remedy="check the disk's space"
            ) from None


def write_sheets(
    workbook: Any, path: Path, sheets: Sequence[Sheet], rows_max: int = ROWS_MAX
) -> list[Written]:
    """Write sheets into a workbook of :func:`new_workbook`; see :func:`write_workbook`."""
    cells = CellWriter(workbook, path)
    return [_SheetWriter(workbook, cells, sheet).write(rows_max) for sheet in sheets]


class _SheetWriter:
    """Writes one sheet into as many worksheets as needed."""

    def __init__(self, workbook: Any, cells: CellWriter, sheet: Sheet) -> None:
        self._workbook = workbook
        self._cells = cells
        self._sheet = sheet
        self._worksheet: Any = None
        self._row = 0

    def write(self, rows_max: int) -> Written:
        """Write notes, headings, rows and totals."""
        tally = Tally(self._sheet)
        rows = tally.passing()
        first = list(islice(rows, _ROWS_MEASURED))
        widths = _widths(self._sheet, first)
        self._begin_worksheet(widths)
        for row in chain(first, rows):
            # The last row is reserved for the totals.
            if self._row >= rows_max - 1:
                self._begin_worksheet(widths)
            self._write_row(row)
        if totals := tally.totals_row():
            self._write_row(totals, bold=True)
        return tally.written()

    def _begin_worksheet(self, widths: Sequence[int]) -> None:
        self._worksheet = self._workbook.add_worksheet(free_name(self._workbook, self._sheet.title))
        styles = self._cells.styles
        for at, note in enumerate(self._sheet.notes):
            self._cells.write_text(self._worksheet, at, 0, note)
        self._row = len(self._sheet.notes)
        for at, heading in enumerate(self._sheet.headings):
            self._cells.write_text(self._worksheet, self._row, at, heading, styles.heading())
        self._row += 1
        self._worksheet.freeze_panes(self._row, 0)
        for at, (column, width) in enumerate(zip(self._sheet.columns, widths, strict=True)):
            self._worksheet.set_column(at, at, width, styles.of(column.kind, self._sheet.currency))

    def _write_row(self, row: Sequence[SheetCell], *, bold: bool = False) -> None:
        for at, (cell, column) in enumerate(zip(row, self._sheet.columns, strict=True)):
            if cell is not None and cell != "":
                self._cells.write(self._worksheet, self._row, at, cell, column.kind, self._sheet, bold=bold)
        self._row += 1


def free_name(workbook: Any, title: str) -> str:
    """Return a worksheet's name: the title as Excel allows it, with a number if the name exists."""
    name = "".join(letter for letter in title.translate(_NOT_IN_NAMES) if letter.isprintable()).strip(" '")
    # Excel reserves the name History.
    taken = {"", "history", *(sheet.get_name().casefold() for sheet in workbook.worksheets())}
    numbered = (f"{name[: NAME_MAX - 6]} ({nth})" for nth in count(2))
    return next(found for found in chain([name[:NAME_MAX]], numbered) if found.casefold() not in taken)


def display_width(text: str) -> int:
    """Return a text's width in characters of the default font; a Chinese one counts as two."""
    return max(map(_line_width, text.split("\n")))


def _line_width(line: str) -> int:
    width = wcswidth(line[: _WIDTHS.stop])
    # wcswidth is -1 for control characters.
    return width if width >= 0 else len(line)


def _widths(sheet: Sheet, rows: Sequence[Sequence[SheetCell]]) -> list[int]:
    """Return the width of each column: as given, or to fit its heading and the first rows."""
    return [
        column.width or _needed([heading, *(_about(row[at], column.kind) for row in rows)])
        for at, (column, heading) in enumerate(zip(sheet.columns, sheet.headings, strict=True))
    ]


def _needed(texts: Sequence[str]) -> int:
    return min(max(_WIDTHS.start, max(map(display_width, texts)) + 2), _WIDTHS.stop - 1)


def _about(cell: SheetCell, kind: Kind) -> str:
    """Return a text about as wide as Excel's display of a cell."""
    if cell is None:
        return ""
    if kind in (Kind.MONEY, Kind.COUNT):
        return f"{cell:,}." if isinstance(cell, int) else ""
    return shown(cell)[:19] if kind is Kind.INSTANT else shown(cell)
