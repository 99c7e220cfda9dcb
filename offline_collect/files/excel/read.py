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
from offline_collect.files.excel.magic import OLE_MAGIC
from offline_collect.files.excel.number_formats import Formats, put_as_shown
from offline_collect.files.excel.xls_records import has_password, look_through
from offline_collect.files.excel.xlsx_limits import SAVE_AGAIN, Package

_Places: TypeAlias = Mapping[int, set[int]]
"""Columns by row, both from 0."""

_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


class WorkbookSheet(NamedTuple):
    """A sheet of a workbook.

    Attributes:
        name: its name.
        hidden: its hidden parts; columns are numbered like a row's cells.
        rows: all of its rows, blank and hidden ones too; to be read once.
    """

    name: str
    hidden: Hidden
    rows: Iterator[Row]


class Workbook(NamedTuple):
    """The sheets of a workbook that are to be read.

    Attributes:
        sheets: those that are visible and not empty, or the one that was asked for; at least one.
        hidden_sheets: names of the hidden ones, if none was asked for.
    """

    sheets: Sequence[WorkbookSheet]
    hidden_sheets: Sequence[str]


def read_workbook(stream: BinaryIO, path: Path, sheet: str | None, limits: Limits) -> Workbook:
    """Read the sheets of a workbook into memory.

    Args:
        stream: the workbook, seekable and at its start; stays open.
        path: its name in errors.
        sheet: the sheet's name; None for the visible ones that are not empty.
        limits: the limits of the file.

    Raises:
        WorkbookError: it is broken or protected by a password, or has no such sheet.
        TooLargeError: it exceeds ``limits`` once unpacked.
    """
    package = None if stream.read(len(OLE_MAGIC)) == OLE_MAGIC else Package(stream, path, limits)
    try:
        with _open(stream, path) as workbook:
            names, hidden_sheets = _sheet_names(workbook, path, sheet)
            reader = _SheetReader(workbook, package, stream, path, limits)
            found = [reader.read(name, alone=len(names) == 1) for name in names]
            return Workbook([each for each in found if each is not None] or [_empty(names[0])], hidden_sheets)
    except CalamineError as error:
        _refuse(error, path)


def _empty(name: str) -> WorkbookSheet:
    return WorkbookSheet(name, Hidden(), iter(()))


class _SheetReader:
    """Reads sheets of a workbook; their areas are bounded together."""

    def __init__(
        self,
        workbook: CalamineWorkbook,
        package: Package | None,
        stream: BinaryIO,
        path: Path,
        limits: Limits,
    ) -> None:
        self._workbook = workbook
        self._package = package
        self._stream = stream
        self._path = path
        self._limits = limits
        self._area = 0

    def read(self, name: str, *, alone: bool) -> WorkbookSheet | None:
        """Return a sheet; None if it is empty.

        Args:
            alone: whether no other sheet is read, so that errors need not name it.
        """
        try:
            return self._read(name)
        except TooLargeError as error:
            if alone:
                raise
            reason = Phrase("sheet {sheet}: {reason}", sheet=name, reason=error.reason)
            remedy = Phrase("{remedy}; or name the sheet that is to be read (--sheet)", remedy=error.remedy)
            raise TooLargeError(reason, path=self._path, remedy=remedy) from None

    def _read(self, name: str) -> WorkbookSheet | None:
        hidden = Hidden()
        uncalculated: dict[int, set[int]] = {}
        formats: dict[int, bytearray] = {}
        if self._package is None:
            place = self._workbook.sheet_names.index(name)
            failed = look_through(self._stream, self._path, place, hidden, formats)
        else:
            failed = self._package.look_through(name, hidden, uncalculated, formats)
        table = self._workbook.get_sheet_by_name(name)
        if table.start is None or table.end is None:
            return None
        self._add_area((table.end[0] + 1) * (table.end[1] + 1))
        hidden.first_column = first_column = table.start[1]
        hidden.columns = {column - first_column for column in hidden.columns}
        merged, below = _merged_cells(table, self._path, self._limits)
        marked = ((failed, ERROR_CELL), (uncalculated, UNCALCULATED_CELL), (merged, MERGED_CELL))
        rows = _rows(table, _Marks(marked, below, formats), self._path, self._limits)
        return WorkbookSheet(name, hidden, rows)

    def _add_area(self, area: int) -> None:
        self._area += area
        if self._area > self._limits.area:
            raise TooLargeError(
                Phrase("this and the sheets before have over {most} cells", most=self._limits.area),
                path=self._path,
                remedy=Phrase("split the workbook"),
            )


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


def _sheet_names(
    workbook: CalamineWorkbook, path: Path, sheet: str | None
) -> tuple[Sequence[str], Sequence[str]]:
    """Return the requested name, or those of the visible worksheets, and then also those of the hidden ones."""
    names = [found.name for found in workbook.sheets_metadata if found.typ is SheetTypeEnum.WorkSheet]
    visible = [
        found.name
        for found in workbook.sheets_metadata
        if found.name in names and found.visible is SheetVisibleEnum.Visible
    ]
    if sheet is not None and sheet in names:
        return [sheet], ()
    if sheet is None and visible:
        return visible, [name for name in names if name not in visible]
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
        formats: what the formats of cells say of their numbers.
    """

    marked: Sequence[tuple[_Places, Cell]]
    below: _Places
    formats: Formats


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
        if marks.formats:
            put_as_shown(row, index, first_column, marks.formats)
        for column in marks.below.get(index, ()):
            if 0 <= column - first_column < min(len(row), len(above)):
                shown = above[column - first_column]
                row[column - first_column] = MergedCell(
                    shown.above if isinstance(shown, MergedCell) else shown
                )
        above = row
        yield Row(index + 1, tuple(row))
