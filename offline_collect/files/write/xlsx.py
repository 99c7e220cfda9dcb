"""Excel workbooks (.xlsx) with constant memory: frozen headings, formats, totals; text is never a formula."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, count, islice
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.utility import xl_col_to_name

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import UnwritableError
from offline_collect.files.os_words import os_words
from offline_collect.files.write.atomic_file import destination
from offline_collect.files.write.sheet import MarkedRow, Sheet, SheetCell, Tally, Written
from offline_collect.files.write.xlsx_cells import CellWriter
from offline_collect.files.write.xlsx_page import column_widths, height, set_page
from offline_collect.files.write.xlsx_styles import Fill

ROWS_MAX = 1_048_576
"""Rows of a worksheet, including its headings."""

NAME_MAX = 31
_ROWS_MEASURED = 200
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))

_NOTE = {"width": 320, "height": 120}
"""The size of a note's box, in pixels."""

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def write_workbook(
    path: Path,
    sheets: Iterable[Sheet],
    *,
    overwrite: bool = False,
    rows_max: int = ROWS_MAX,
    made_at: dt.datetime | None = None,
) -> list[Written]:
    """Write a workbook; a table longer than a worksheet continues in the next one.

    Amounts are numbers in major units, exact to the minor unit; identifiers are text and formatted as text,
    so that they stay text when a user edits them.

    Args:
        path: of the file; it appears only when complete.
        sheets: the sheets to write, in this order; at least one. Each is written before the next is asked for.
        overwrite: replace an existing file.
        rows_max: rows of a worksheet, with headings, notes and totals.
        made_at: what the workbook says of when it was made, so that the same sheets give the same bytes; None for now.

    Returns:
        the result for each sheet.

    Raises:
        UnwritableError: the file exists, the folder is not writable, or a text is too long for a cell.
    """
    with new_workbook(path, overwrite=overwrite) as workbook:
        if made_at is not None:
            workbook.set_properties({"created": made_at.astimezone(dt.UTC).replace(tzinfo=None)})
        return write_sheets(workbook, path, sheets, rows_max)


@contextmanager
def new_workbook(path: Path, *, overwrite: bool) -> Iterator[Any]:
    """Make an xlsxwriter workbook that appears at ``path`` only when it is complete.

    Raises:
        UnwritableError: the file exists, or the folder is not writable.
    """
    with destination(path, overwrite=overwrite) as stream:
        target = _Target(stream)
        try:
            with xlsxwriter.Workbook(target, _OPTIONS) as workbook:
                workbook.use_zip64()
                yield workbook
        except FileCreateError as error:
            target.given_up = True
            (cause,) = error.args
            reason = Phrase("cannot be written ({reason})", reason=os_words(cause))
            raise UnwritableError(reason, path=path, remedy=Phrase("check the disk's space")) from None


class _Target:
    """A workbook's stream. One that is given up only counts what it is given.

    When the disk is full, xlsxwriter leaves its archive unfinished, which tries to write its end once more when it is
    deleted: long after the file is closed.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._at = 0
        self.given_up = False

    def write(self, data: bytes) -> int:
        if not self.given_up:
            self._stream.write(data)
        self._at += len(data)
        return len(data)

    def seek(self, offset: int) -> int:
        self._at = offset if self.given_up else self._stream.seek(offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        if not self.given_up:
            self._stream.flush()


def write_sheets(
    workbook: Any, path: Path, sheets: Iterable[Sheet], rows_max: int = ROWS_MAX
) -> list[Written]:
    """Write sheets into a workbook of :func:`new_workbook`; see :func:`write_workbook`."""
    cells = CellWriter(workbook, path)
    return [_SheetWriter(workbook, cells, sheet, path).write(rows_max) for sheet in sheets]


class _SheetWriter:
    """Writes one sheet into as many worksheets as needed."""

    def __init__(self, workbook: Any, cells: CellWriter, sheet: Sheet, path: Path) -> None:
        self._workbook = workbook
        self._cells = cells
        self._sheet = sheet
        self._path = path
        self._worksheets: list[Any] = []
        self._row = 0
        self._used = [not column.optional for column in sheet.columns]

    def write(self, rows_max: int) -> Written:
        """Write notes, headings, rows and totals."""
        tally = Tally(self._sheet)
        rows, marked = tally.passing(), iter(self._sheet.marked)
        first_marked, first = list(islice(marked, _ROWS_MEASURED)), list(islice(rows, _ROWS_MEASURED))
        widths = column_widths(self._sheet, [*(row.cells for row in first_marked), *first])
        self._begin_worksheet(widths)
        for row in chain(first_marked, marked):
            self._check_room(rows_max, widths)
            self._write_marked(row)
        for cells in chain(first, rows):
            self._check_room(rows_max, widths)
            self._write_row(cells)
        if totals := tally.totals_row():
            self._write_row(totals, bold=True)
        self._hide_unused(widths)
        return tally.written()

    def _check_room(self, rows_max: int, widths: Sequence[int]) -> None:
        """Continue in a new worksheet when one is full; the last row is reserved for the totals."""
        if self._sheet.in_one and self._row >= rows_max:
            raise UnwritableError(
                Phrase("takes more than the {most} rows of a worksheet", most=rows_max),
                path=self._path,
                remedy=Phrase("split the table into several files"),
            )
        if not self._sheet.in_one and self._row >= rows_max - 1:
            self._begin_worksheet(widths)

    def _begin_worksheet(self, widths: Sequence[int]) -> None:
        worksheet = self._workbook.add_worksheet(free_name(self._workbook, self._sheet.title))
        self._worksheets.append(worksheet)
        styles = self._cells.styles
        self._row = 0
        for note in self._sheet.notes:
            self._write_note(worksheet, note, widths)
        headings, columns = self._sheet.headings, self._sheet.columns
        worksheet.set_row(self._row, height(headings, widths))
        for at, (column, heading) in enumerate(zip(columns, headings, strict=True)):
            self._cells.write_text(worksheet, self._row, at, heading, styles.heading(column.kind))
            if column.note:
                worksheet.write_comment(self._row, at, column.note, _NOTE)
            worksheet.set_column(at, at, widths[at], styles.of(column, self._sheet.currency))
        set_page(worksheet, self._row)
        worksheet.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(len(columns) - 1)}{ROWS_MAX}"})
        self._row += 1
        worksheet.freeze_panes(self._row, 0)

    def _write_note(self, worksheet: Any, note: str, widths: Sequence[int]) -> None:
        """Write a line above the table, as wide as the table."""
        if note:
            style = self._cells.styles.note()
            worksheet.set_row(self._row, height([note], [sum(widths)]))
            if len(widths) > 1:
                worksheet.merge_range(self._row, 0, self._row, len(widths) - 1, "", style)
            self._cells.write_text(worksheet, self._row, 0, note, style)
        self._row += 1

    def _write_row(self, row: Sequence[SheetCell], *, bold: bool = False) -> None:
        worksheet = self._worksheets[-1]
        for at, cell in enumerate(row):
            if cell is not None and cell != "":
                self._cells.write(worksheet, (self._row, at), cell, self._sheet, bold=bold)
                if cell and not bold:
                    self._used[at] = True
        self._row += 1

    def _write_marked(self, row: MarkedRow) -> None:
        worksheet = self._worksheets[-1]
        for at, cell in enumerate(row.cells):
            fill = Fill.CELL if at in row.notes else Fill.ROW
            self._cells.write(worksheet, (self._row, at), cell, self._sheet, fill=fill)
        for at, note in row.notes.items():
            worksheet.write_comment(self._row, at, note, _NOTE)
        self._row += 1

    def _hide_unused(self, widths: Sequence[int]) -> None:
        for at, used in enumerate(self._used):
            if not used:
                for worksheet in self._worksheets:
                    worksheet.set_column(at, at, widths[at], None, {"hidden": True})


def free_name(workbook: Any, title: str) -> str:
    """Return a worksheet's name: the title as Excel allows it, with a number if the name exists."""
    name = "".join(letter for letter in title.translate(_NOT_IN_NAMES) if letter.isprintable()).strip(" '")
    # Excel reserves the name History.
    taken = {"", "history", *(sheet.get_name().casefold() for sheet in workbook.worksheets())}
    numbered = (f"{name[: NAME_MAX - 6]} ({nth})" for nth in count(2))
    return next(found for found in chain([name[:NAME_MAX]], numbered) if found.casefold() not in taken)
