"""Opens a merchant's file: a header and its rows, from CSV or a workbook (docs/merchants.md, Files)."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from offline_collect.domain.imports.header_rows import LOOKED_AT, HeaderRows
from offline_collect.files.cells import (
    DEFAULT_LIMITS,
    Cell,
    Limits,
    MergedCell,
    Row,
    is_blank,
    one_line,
    shown,
)
from offline_collect.files.digest import Digest, digest_stream
from offline_collect.files.errors import FileError, HeaderError, TooLargeError, UnreadableError, WorkbookError
from offline_collect.files.excel.hidden import Hidden
from offline_collect.files.excel.read import OLE_MAGIC, ZIP_MAGIC
from offline_collect.files.excel.sandbox import read_isolated
from offline_collect.files.excel.xlsx_limits import SAVE_AGAIN
from offline_collect.files.read.csv import read_delimited

_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta", b"<head")
_EXCEL_2_TO_4 = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
"""First record of workbooks that are not in a container yet (BIFF 2 to 4)."""
_START = 64


class Table:
    """A table of a file: a header, then rows that can be read once, in order.

    Attributes:
        path: the file.
        header: its titles, as stripped texts without blank ones at its end.
        header_row: the number of their first row.
        above: the rows that are not blank and stand above it.
        chosen: whether the caller chose the header's row, so that what is above is meant to be left out.
        is_text: whether it is CSV: a cell beyond the header may then be half of another one.
        digest: the file's digest, taken during reading.
        hidden: the hidden parts of the sheet, and how many hidden rows were read so far.
    """

    def __init__(
        self,
        path: Path,
        start: _Start,
        digest: Digest,
        hidden: Hidden,
        rows: Generator[Row, None, None],
        resources: ExitStack,
        stream: BinaryIO,
        *,
        is_text: bool,
        chosen: bool,
    ) -> None:
        self.path = path
        self.header = start.titles
        self.header_row = start.row
        self.above = start.above
        self.chosen = chosen
        self.is_text = is_text
        self.digest = digest
        self.hidden = hidden
        # The header and what is above are no rows of the table, even if they are hidden.
        hidden.read = sum(hidden.is_hidden(row.number) for row in start.below)
        self._rows = chain(start.below, rows)
        self._resources = resources
        self._stream = stream

    def share(self) -> float:
        """Return the share of the file read from disk, 0 to 1; a workbook is read at once."""
        return min(self._stream.tell() / max(self.digest.size, 1), 1.0)

    def __iter__(self) -> Iterator[Row]:
        """Return the rows below the header that are not blank.

        Raises:
            FileError: the rest is not a table, exceeds the limits, or changed while it was read.
        """
        return self._rows

    def close(self) -> None:
        """Close the file."""
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_table(
    path: Path | str,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    find: Callable[[Sequence[Row]], HeaderRows] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Table:
    """Open a CSV file or a workbook (.xlsx, .xls) and read its header.

    The first bytes of a file decide its type, not its name.

    Args:
        path: the file.
        sheet: a sheet of the workbook; None for the first visible one.
        header_row: the row of the header, as a spreadsheet numbers it; None if it is to be found. Rows above it are
            left out.
        find: finds the header among the first rows that are not blank; None takes the first.
        limits: the limits of the file.

    Returns:
        the table, to be used in a ``with`` statement or closed.

    Raises:
        FileError: the file cannot be read, or holds no table.
    """
    path = Path(path)
    with ExitStack() as resources:
        stream = resources.enter_context(open_plain(path))
        hidden = Hidden()
        source, is_text = _source(stream, path, sheet, header_row, limits, hidden)
        # Closed before the stream: an unfinished reader still uses it.
        resources.callback(source.close)
        digest = digest_stream(stream)
        rows = _checked(source, stream, path, limits, hidden)
        resources.callback(rows.close)
        start = _start(rows, path, header_row, find)
        return Table(
            path=path,
            start=start,
            digest=digest,
            hidden=hidden,
            rows=rows,
            resources=resources.pop_all(),
            stream=stream,
            is_text=is_text,
            chosen=header_row is not None,
        )


class _Start(NamedTuple):
    """The start of a table: the header's row and titles, and the rows above it and below it so far."""

    row: int
    titles: tuple[str, ...]
    above: list[Row]
    below: list[Row]


def _start(
    rows: Iterator[Row],
    path: Path,
    header_row: int | None,
    find: Callable[[Sequence[Row]], HeaderRows] | None,
) -> _Start:
    if header_row is not None:
        above: list[Row] = []
        for row in rows:
            if row.number == header_row:
                return _Start(row.number, _header(row.cells), above, [])
            if row.number > header_row:
                break
            above.append(row)
        raise _no_header(path, f" in row {header_row}")
    first = list(islice(rows, 1 if find is None else LOOKED_AT))
    if not first:
        raise _no_header(path, " row")
    if find is None:
        return _Start(first[0].number, _header(first[0].cells), [], [])
    found = find(first)
    return _Start(first[found.first].number, found.titles, first[: found.first], first[found.last + 1 :])


def _no_header(path: Path, where: str) -> HeaderError:
    return HeaderError(f"holds no header{where}", path=path, remedy="name the columns in the first row")


def open_plain(path: Path) -> BinaryIO:
    """Open a plain file: a pipe or a device could block for ever."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            return path.open("rb")
    except (OSError, ValueError) as error:
        reason = (
            os.strerror(error.errno).lower() if isinstance(error, OSError) and error.errno else str(error)
        )
        raise UnreadableError(
            f"cannot be read ({reason})", path=path, remedy="check the name and the permissions"
        ) from None
    kind = "is a directory" if stat.S_ISDIR(mode) else "is not a plain file"
    raise UnreadableError(kind, path=path, remedy="name a CSV file or a workbook")


def _source(
    stream: BinaryIO, path: Path, sheet: str | None, header_row: int | None, limits: Limits, hidden: Hidden
) -> tuple[Generator[Row, None, None], bool]:
    """Return the reader that fits the file's first bytes, and whether it is CSV; it reads nothing yet."""
    start = stream.read(_START)
    if not start:
        raise UnreadableError("is empty", path=path, remedy="send the file that holds the table")
    is_workbook = start.startswith((ZIP_MAGIC, OLE_MAGIC))
    _check_size(stream, path, limits.workbook_size if is_workbook else limits.size)
    if is_workbook:
        return read_isolated(stream, path, sheet, limits, hidden), False
    if start.startswith(_EXCEL_2_TO_4):
        raise WorkbookError("is a workbook of Excel 2, 3 or 4", path=path, remedy=SAVE_AGAIN)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise WorkbookError("is a web page or XML, not a workbook", path=path, remedy=SAVE_AGAIN)
    if sheet is not None:
        raise WorkbookError(
            f"is a CSV file and has no sheet {sheet!r}", path=path, remedy="leave out the sheet"
        )
    return read_delimited(stream, path, limits, header_row), True


def _check_size(stream: BinaryIO, path: Path, most: int) -> None:
    size = os.fstat(stream.fileno()).st_size
    if size > most:
        raise TooLargeError(
            f"has {size} bytes, over the limit of {most}", path=path, remedy="split it into several files"
        )


def _checked(
    source: Iterator[Row], stream: BinaryIO, path: Path, limits: Limits, hidden: Hidden
) -> Generator[Row, None, None]:
    """Yield the rows that are not blank, within ``limits``; refuse a file that changes meanwhile."""
    before = os.fstat(stream.fileno())
    last_row, columns, hidden_rows = None, limits.columns, hidden.rows
    try:
        for row in source:
            number, cells = row
            # Nearly every row has text in its first cell.
            if not cells or (is_blank(cells[0]) and all(map(is_blank, cells))):
                continue
            if last_row is None:
                last_row = number + limits.rows
            if number > last_row or len(cells) > columns:
                _refuse_excess(row, last_row, limits, path)
            if hidden_rows and number <= len(hidden_rows):
                hidden.read += hidden_rows[number - 1]
            yield row
    except (FileError, UnicodeError):
        # A half-written file is seldom a valid table; report the change, not that.
        _refuse_changed(before, stream, path)
        raise
    _refuse_changed(before, stream, path)


def _refuse_changed(before: os.stat_result, stream: BinaryIO, path: Path) -> None:
    after = os.fstat(stream.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UnreadableError("changed while it was read", path=path, remedy="import it again") from None


def _refuse_excess(row: Row, last_row: int, limits: Limits, path: Path) -> None:
    """Refuse a row over the limit of rows, or of columns unless the excess cells are blank."""
    if row.number > last_row:
        excess = f"more than {limits.rows} rows below the header"
    elif all(map(is_blank, row.cells[limits.columns :])):
        return
    else:
        excess = f"more than {limits.columns} columns"
    raise TooLargeError(
        f"has {excess}", path=path, row=row.number, remedy="check that it is one table, or split it"
    )


def _header(cells: tuple[Cell, ...]) -> tuple[str, ...]:
    # A second byte order mark, or one pasted into a sheet from another file.
    texts = ("" if isinstance(cell, MergedCell) else shown(cell).replace("\ufeff", "") for cell in cells)
    names = [one_line(text) for text in texts]
    while names and not names[-1]:
        names.pop()
    return tuple(names)
