"""Rows of Excel workbooks (.xlsx, .xls) through python-calamine, which reads the values of formulas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple, NoReturn, TypeAlias

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import (
    ERROR_CELL,
    MERGED_CELL,
    UNCALCULATED_CELL,
    Cell,
    Limits,
    MergedCell,
    Row,
)
from offline_collect.files.errors import TooLargeError, WorkbookError, cell_too_large
from offline_collect.files.excel.hidden import Hidden
from offline_collect.files.excel.xls_records import has_password, look_through
from offline_collect.files.excel.xlsx_limits import SAVE_AGAIN, Package
from offline_collect.files.excel.zeros import Widths, put_zeros

_Places: TypeAlias = Mapping[int, set[int]]
"""Columns by row, both from 0."""

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of an .xls file; those of an .xlsx file with a password are the same."""

_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def read_workbook(
    stream: BinaryIO, path: Path, sheet: str | None, limits: Limits, hidden: Hidden
) -> Iterator[Row]:
    """Yield every row of one sheet, including blank and hidden ones.

    Args:
        stream: the workbook, seekable and at its start; stays open.
        path: its name in errors.
        sheet: the sheet's name; None for the first visible one that is not empty.
        limits: the limits of the file.
        hidden: receives the hidden parts before the first row; columns are numbered like a row's cells.

    Raises:
        WorkbookError: it is broken or protected by a password, or has no such sheet.
        TooLargeError: it exceeds ``limits`` once unpacked.
    """
    package = None if stream.read(len(OLE_MAGIC)) == OLE_MAGIC else Package(stream, path, limits)
    try:
        with _open(stream, path) as workbook:
            names = _sheet_names(workbook, path, sheet)
            for name in names:
                uncalculated: dict[int, set[int]] = {}
                parts = Hidden()
                if package is None:
                    failed = look_through(stream, path, workbook.sheet_names.index(name), SAVE_AGAIN, parts)
                else:
                    failed = package.look_through(name, parts, uncalculated)
                table = workbook.get_sheet_by_name(name)
                if table.height:
                    break
            hidden.take(parts)
            hidden.other_sheets = names[names.index(name) + 1 :]
            hidden.first_column = first_column = table.start[1] if table.start else 0
            hidden.columns = {column - first_column for column in hidden.columns}
            merged, below = _merged_cells(table, path, limits)
            marked = ((failed, ERROR_CELL), (uncalculated, UNCALCULATED_CELL), (merged, MERGED_CELL))
            widths = package.widths if package is not None else {}
            yield from _rows(table, _Marks(marked, below, widths), path, limits)
    except CalamineError as error:
        _refuse(error, path)


def _open(stream: BinaryIO, path: Path) -> CalamineWorkbook:
    stream.seek(0)
    start = stream.read(1024 * 1024)
    if start.startswith(OLE_MAGIC) and (_ENCRYPTED_PACKAGE in start or has_password(stream)):
        raise _locked(path)
    stream.seek(0)
    return CalamineWorkbook.from_filelike(stream)


def _locked(path: Path) -> WorkbookError:
    return WorkbookError(
        Phrase("is protected by a password"), path=path, remedy=Phrase("save it without one and send that")
    )


def _refuse(error: CalamineError, path: Path) -> NoReturn:
    if isinstance(error, PasswordError):
        raise _locked(path) from None
    reason = Phrase("is a damaged workbook ({error})", error=str(error))
    raise WorkbookError(reason, path=path, remedy=SAVE_AGAIN) from None


def _sheet_names(workbook: CalamineWorkbook, path: Path, sheet: str | None) -> list[str]:
    """Return the requested name, or those of the visible worksheets."""
    names = [found.name for found in workbook.sheets_metadata if found.typ is SheetTypeEnum.WorkSheet]
    visible = [
        found.name
        for found in workbook.sheets_metadata
        if found.name in names and found.visible is SheetVisibleEnum.Visible
    ]
    if sheet in names:
        return [sheet]
    if sheet is None and visible:
        return visible
    reason = (
        Phrase("has no visible worksheet")
        if sheet is None
        else Phrase("has no sheet {sheet}", sheet=repr(sheet))
    )
    listed = Phrase("its sheets are: {names}", names=", ".join(names) or Phrase("none"))
    raise WorkbookError(reason, path=path, remedy=listed)


def _merged_cells(table: CalamineSheet, path: Path, limits: Limits) -> tuple[_Places, _Places]:
    """Return the cells under merged ones, which would look blank, and those of them that lie below."""
    merged: dict[int, set[int]] = defaultdict(set)
    below: dict[int, set[int]] = defaultdict(set)
    last_row, last_column = table.end or (0, 0)
    left = limits.area
    for (top, first), (bottom, last) in table.merged_cell_ranges or ():
        columns = range(first, min(last, last_column) + 1)
        for row in range(top, min(bottom, last_row) + 1):
            left -= len(columns) + 1
            if left < 0:
                reason = Phrase("has too many merged cells")
                raise TooLargeError(reason, path=path, remedy=Phrase("unmerge them"))
            merged[row].update(columns)
            below[row].add(first)
        merged[top].discard(first)
        below[top].discard(first)
    return merged, below


class _Marks(NamedTuple):
    """What is to be put into the cells of a sheet, which the library does not give.

    Attributes:
        marked: cells with one mark each.
        below: those that lie below a merged one.
        widths: those that are shown with leading zeros.
    """

    marked: Sequence[tuple[_Places, Cell]]
    below: _Places
    widths: Widths


def _rows(table: CalamineSheet, marks: _Marks, path: Path, limits: Limits) -> Iterator[Row]:
    first_column = table.start[1] if table.start else 0
    above: list[Cell] = []
    for index, cells in enumerate(table.iter_rows()):
        row: list[Cell] = list(cells)
        if any(isinstance(cell, str) and len(cell) > limits.cell for cell in row):
            raise cell_too_large(limits.cell, path, index + 1)
        for marked, mark in marks.marked:
            for column in marked.get(index, ()):
                if 0 <= column - first_column < len(row):
                    row[column - first_column] = mark
        if marks.widths:
            put_zeros(row, index, first_column, marks.widths)
        for column in marks.below.get(index, ()):
            if 0 <= column - first_column < min(len(row), len(above)):
                shown = above[column - first_column]
                row[column - first_column] = MergedCell(
                    shown.above if isinstance(shown, MergedCell) else shown
                )
        above = row
        yield Row(index + 1, tuple(row))
