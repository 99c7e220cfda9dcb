"""Rows of Excel workbooks (.xlsx, .xls) through python-calamine, which reads the values of formulas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from offline_collect.files.cells import ERROR_CELL, Cell, Limits, Row
from offline_collect.files.errors import WorkbookError
from offline_collect.files.package import SAVE_AGAIN, Package

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of an .xls file; those of an .xlsx file with a password are the same."""

_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def read_workbook(stream: BinaryIO, path: Path, sheet: str | None, limits: Limits) -> Iterator[Row]:
    """Yield every row of one sheet, blank ones too.

    Args:
        stream: the workbook, seekable and at its start; stays open.
        path: its name in errors.
        sheet: the sheet's name; None takes the first that is visible.
        limits: what it may hold.

    Raises:
        WorkbookError: it is broken or protected by a password, or has no such sheet.
        TooLargeError: it goes past ``limits`` once unpacked.
    """
    package = None if stream.read(len(OLE_MAGIC)) == OLE_MAGIC else Package(stream, path, limits)
    try:
        with _open(stream, path) as workbook:
            name = _sheet_name(workbook, path, sheet)
            failed = package.failed_cells(name) if package else {}
            table = workbook.get_sheet_by_name(name)
            yield from _rows(table, failed)
    except CalamineError as error:
        _refuse(error, path)


def _open(stream: BinaryIO, path: Path) -> CalamineWorkbook:
    stream.seek(0)
    start = stream.read(1024 * 1024)
    if start.startswith(OLE_MAGIC) and _ENCRYPTED_PACKAGE in start:
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
    """Return the name asked for, or that of the first visible worksheet."""
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


def _rows(table: CalamineSheet, failed: dict[int, set[int]]) -> Iterator[Row]:
    first_column = table.start[1] if table.start else 0
    for index, cells in enumerate(table.iter_rows()):
        row: list[Cell] = list(cells)
        for column in failed.get(index, ()):
            if 0 <= column - first_column < len(row):
                row[column - first_column] = ERROR_CELL
        yield Row(index + 1, tuple(row))
