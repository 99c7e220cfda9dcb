"""Rows of Excel workbooks (.xlsx, .xls) through python-calamine, which reads the values of formulas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, NoReturn, TypeAlias

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from offline_collect.files.cells import ERROR_CELL, MERGED_CELL, Cell, Limits, Row
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
        sheet: the sheet's name; None for the first visible one.
        limits: the limits of the file.
        hidden: receives the hidden parts before the first row; columns are numbered like a row's cells.

    Raises:
        WorkbookError: it is broken or protected by a password, or has no such sheet.
        TooLargeError: it exceeds ``limits`` once unpacked.
    """
    package = None if stream.read(len(OLE_MAGIC)) == OLE_MAGIC else Package(stream, path, limits)
    try:
        with _open(stream, path) as workbook:
            name = _sheet_name(workbook, path, sheet)
            failed = _failed_cells(stream, path, package, workbook, name, hidden)
            table = workbook.get_sheet_by_name(name)
            first_column = table.start[1] if table.start else 0
            hidden.columns = {column - first_column for column in hidden.columns}
            widths = package.widths if package is not None else {}
            for row in _rows(table, failed, _merged_cells(table, path, limits), path, limits):
                yield _with_zeros(row, first_column, widths) if widths else row
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
    return WorkbookError("is protected by a password", path=path, remedy="save it without one and send that")


def _refuse(error: CalamineError, path: Path) -> NoReturn:
    if isinstance(error, PasswordError):
        raise _locked(path) from None
    raise WorkbookError(f"is a damaged workbook ({error})", path=path, remedy=SAVE_AGAIN) from None


def _sheet_name(workbook: CalamineWorkbook, path: Path, sheet: str | None) -> str:
    """Return the requested name, or that of the first visible worksheet."""
    names = [found.name for found in workbook.sheets_metadata if found.typ is SheetTypeEnum.WorkSheet]
    visible = [
        found.name
        for found in workbook.sheets_metadata
        if found.name in names and found.visible is SheetVisibleEnum.Visible
    ]
    if sheet in names:
        return sheet
    if sheet is None and visible:
        return visible[0]
    wanted = "no visible worksheet" if sheet is None else f"no sheet {sheet!r}"
    raise WorkbookError(f"has {wanted}", path=path, remedy=f"its sheets are: {', '.join(names) or 'none'}")


def _failed_cells(
    stream: BinaryIO,
    path: Path,
    package: Package | None,
    workbook: CalamineWorkbook,
    name: str,
    hidden: Hidden,
) -> _Places:
    """Return cells with failed formulas, which the library gives as blank; also record what is hidden."""
    if package is not None:
        return package.look_through(name, hidden)
    return look_through(stream, path, workbook.sheet_names.index(name), SAVE_AGAIN, hidden)


def _merged_cells(table: CalamineSheet, path: Path, limits: Limits) -> _Places:
    """Return the cells under merged ones, which would look blank."""
    merged: dict[int, set[int]] = defaultdict(set)
    last_row, last_column = table.end or (0, 0)
    left = limits.area
    for (top, first), (bottom, last) in table.merged_cell_ranges or ():
        columns = range(first, min(last, last_column) + 1)
        for row in range(top, min(bottom, last_row) + 1):
            left -= len(columns) + 1
            if left < 0:
                raise TooLargeError("has too many merged cells", path=path, remedy="unmerge them")
            merged[row].update(columns)
        merged[top].discard(first)
    return merged


def _rows(
    table: CalamineSheet, failed: _Places, merged: _Places, path: Path, limits: Limits
) -> Iterator[Row]:
    first_column = table.start[1] if table.start else 0
    for index, cells in enumerate(table.iter_rows()):
        row: list[Cell] = list(cells)
        if any(isinstance(cell, str) and len(cell) > limits.cell for cell in row):
            raise cell_too_large(limits.cell, path, index + 1)
        for marked, mark in ((failed, ERROR_CELL), (merged, MERGED_CELL)):
            for column in marked.get(index, ()):
                if 0 <= column - first_column < len(row):
                    row[column - first_column] = mark
        yield Row(index + 1, tuple(row))


def _with_zeros(row: Row, first_column: int, widths: Widths) -> Row:
    cells = list(row.cells)
    put_zeros(cells, row.number - 1, first_column, widths)
    return Row(row.number, tuple(cells))
