"""Opens a merchant's file: a header and its rows, from CSV or a workbook (docs/merchants.md, Files)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from offline_collect.domain.imports.header_rows import LOOKED_AT, NO_HEADER, HeaderRows
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import (
    DEFAULT_LIMITS,
    Cell,
    Limits,
    MergedCell,
    Row,
    column_letters,
    one_line,
    shown,
)
from offline_collect.files.digest import Digest
from offline_collect.files.errors import HeaderError, LikelyHeaderError
from offline_collect.files.excel.hidden import Hidden
from offline_collect.files.read.source import SheetSource, Source, open_plain

Find = Callable[[Sequence[Row]], HeaderRows]
"""Finds the header among a sheet's first rows that are not blank."""


@dataclass(frozen=True, slots=True)
class LeftOutSheet:
    """A sheet that is not read.

    Attributes:
        name: its name.
        rows: how many of its rows are not blank; None if it was not looked at.
        reason: why it is not read; None for a hidden one.
        likely: whether its header has what a table of the file has, so that its rows may be missed.
    """

    name: str
    rows: int | None = None
    reason: Phrase | None = None
    likely: bool = False


class Table:
    """A table of a file: a header, then rows that can be read once, in order.

    Attributes:
        path: the file.
        sheet: the name of its sheet, if the file has several; else None.
        header: its titles, as stripped texts without blank ones at its end.
        header_row: the number of their first row.
        header_rows: the rows of the header as they stand, if it was looked for.
        above: the rows that are not blank and stand above it.
        first: the first rows below it, as many as were looked at to find it.
        chosen: whether the caller chose the header's row, so that what is above is meant to be left out.
        headless: whether it has no header; its titles are then the letters of its columns.
        width: how many columns its first rows have, or its header if that has more.
        is_text: whether it is CSV: a cell beyond the header may then be half of another one.
        digest: the file's digest, taken during reading.
        hidden: the hidden parts of the sheet, and how many hidden rows were read so far.
        left_out_sheets: the sheets of the file that are not read; complete once :meth:`sheets` ends.
    """

    def __init__(
        self, path: Path, source: SheetSource, start: _Start, opened: _Opened, *, chosen: bool
    ) -> None:
        self.path = path
        self.sheet = source.name if opened.source.several else None
        self.header = start.titles
        self.header_row = start.row
        self.above = start.above
        self.first: Sequence[Row] = start.below
        self.header_rows = start.header_rows
        self.headless = start.headless
        self.width = max([len(start.titles), *(len(row.cells) for row in start.below)])
        self.chosen = chosen
        self.is_text = opened.source.is_text
        self.digest: Digest = opened.source.digest
        self.hidden: Hidden = source.hidden
        self.left_out_sheets = opened.left_out
        # The header and what is above are no rows of the table, even if they are hidden.
        self.hidden.read = sum(self.hidden.is_hidden(row.number - source.before) for row in start.below)
        self._rows = chain(start.below, source.rows)
        self._opened = opened

    def share(self) -> float:
        """Return the share of the file read from disk, 0 to 1; a workbook is read at once."""
        return min(self._opened.stream.tell() / max(self.digest.size, 1), 1.0)

    def __iter__(self) -> Iterator[Row]:
        """Return the rows below the header that are not blank.

        Raises:
            FileError: the rest is not a table, exceeds the limits, or changed while it was read.
        """
        return self._rows

    def sheets(self) -> Iterator[Table]:
        """Return this table, then those of the file's further sheets that go on with it.

        Each is to be read before the next one.

        Raises:
            FileError: a further sheet exceeds the limits, or the file changed.
        """
        return chain([self], self._opened.further)

    def close(self) -> None:
        """Close the file."""
        self._opened.resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


Reads = Callable[[Table], frozenset[str]]
"""Returns which titles of a table are read, as they are compared; raises HeaderError if its header does not fit."""


@dataclass(slots=True)
class _Opened:
    """An open file, and what its tables share."""

    source: Source
    stream: BinaryIO
    resources: ExitStack
    left_out: list[LeftOutSheet]
    further: Iterator[Table] = field(default_factory=lambda: iter(()))


def open_table(
    path: Path | str,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    find: Find | None = None,
    reads: Reads | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Table:
    """Open a CSV file or a workbook (.xlsx, .xls) and read its header.

    The first bytes of a file decide its type, not its name.

    Args:
        path: the file.
        sheet: a sheet of the workbook; None for its visible ones.
        header_row: the row of the header, as a spreadsheet numbers it; None if it is to be found. Rows above it are
            left out.
        find: finds the header among the first rows that are not blank; None takes the first.
        reads: tells which of the visible sheets are read: the first whose header fits, and those with the same titles;
            None takes the first sheet alone.
        limits: the limits of the file.

    Returns:
        the table, to be used in a ``with`` statement or closed.

    Raises:
        FileError: the file cannot be read, or holds no table.
    """
    path = Path(path)
    with ExitStack() as resources:
        stream = resources.enter_context(open_plain(path))
        source = Source(stream, path, sheet, header_row, limits)
        # Closed before the stream: an unfinished reader still uses it.
        resources.callback(source.close)
        opened = _Opened(source, stream, resources, [LeftOutSheet(name) for name in source.hidden_sheets])
        tables = _Tables(path, opened, header_row=header_row, find=find, reads=reads)
        table = tables.first()
        opened.further = tables.further()
        opened.resources = resources.pop_all()
        return table


class _Tables:
    """Takes the tables of a file from its sheets, and notes the sheets that are left out."""

    def __init__(
        self, path: Path, opened: _Opened, *, header_row: int | None, find: Find | None, reads: Reads | None
    ) -> None:
        self._path = path
        self._opened = opened
        self._header_row = header_row
        self._find = find
        self._reads = reads
        self._sheets = opened.source.sheets()
        self._titles: frozenset[str] = frozenset()

    def first(self) -> Table:
        """Return the first table whose header fits.

        Raises:
            HeaderError: there is none; says what is wrong with the one that fits best.
        """
        if self._reads is None or not self._opened.source.several:
            return self._table(next(self._sheets))
        refusals: list[HeaderError] = []
        for sheet in self._sheets:
            counted = _Counted(sheet)
            try:
                table = self._table(counted.sheet)
                self._titles = self._reads(table)
            except HeaderError as error:
                refusals.append(error)
                self._leave_out(counted, _said(error), likely=isinstance(error, LikelyHeaderError))
            else:
                return table
        # Of a table that lacks one column the clerk can mend more than of a sheet that is none.
        likely = [error for error in refusals if isinstance(error, LikelyHeaderError)]
        raise next((error for error in (*likely, *refusals) if error.column is not None), refusals[0])

    def further(self) -> Iterator[Table]:
        """Yield the further tables with the same titles."""
        for sheet in self._sheets:
            counted, likely = _Counted(sheet), True
            try:
                reason: Phrase | None = Phrase("only the first sheet is read")
                if self._reads is not None:
                    table = self._table(counted.sheet)
                    reason = _difference(self._titles, self._reads(table))
            except HeaderError as error:
                reason, likely = _said(error), isinstance(error, LikelyHeaderError)
            if reason is not None:
                self._leave_out(counted, reason, likely=likely and self._reads is not None)
            else:
                yield table

    def _table(self, sheet: SheetSource) -> Table:
        start = _start(sheet, self._path, self._header_row, self._find)
        if start.headless:
            start = _lettered(start, sheet.hidden)
        return Table(self._path, sheet, start, self._opened, chosen=self._header_row is not None)

    def _leave_out(self, counted: _Counted, reason: Phrase, *, likely: bool) -> None:
        for _ in counted.sheet.rows:
            pass
        self._opened.left_out.append(LeftOutSheet(counted.name, counted.rows, reason, likely))


class _Counted:
    """A sheet of which it is counted how many rows were read."""

    def __init__(self, sheet: SheetSource) -> None:
        self.name = str(sheet.name)
        self.rows = 0
        self.sheet = sheet._replace(rows=self._counting(sheet.rows))

    def _counting(self, rows: Iterator[Row]) -> Generator[Row, None, None]:
        for self.rows, row in enumerate(rows, 1):
            yield row


def _said(error: HeaderError) -> Phrase:
    """Return why a sheet's header does not fit, without the file's name."""
    if error.column is None:
        return Phrase("{reason}", reason=error.reason)
    return Phrase("{column}: {reason}", column=error.column, reason=error.reason)


def _difference(first: frozenset[str], here: frozenset[str]) -> Phrase | None:
    """Return how the titles of a sheet that would fit differ from those of the first one; None if they do not."""
    lacking, more = ", ".join(sorted(first - here)), ", ".join(sorted(here - first))
    if lacking and more:
        return Phrase("has another header: {more} instead of {lacking}", more=more, lacking=lacking)
    if lacking:
        return Phrase("has another header: without {lacking}", lacking=lacking)
    return Phrase("has another header: also {more}", more=more) if more else None


class _Start(NamedTuple):
    """The start of a table: the header's row and titles, and the rows above it and below it so far."""

    row: int
    titles: tuple[str, ...]
    above: list[Row]
    below: list[Row]
    headless: bool = False
    header_rows: Sequence[Row] = ()


def _start(sheet: SheetSource, path: Path, header_row: int | None, find: Find | None) -> _Start:
    if header_row is not None:
        above: list[Row] = []
        for row in sheet.rows:
            number = row.number - sheet.before
            if number == header_row:
                return _Start(row.number, _header(row.cells), above, [])
            if number > header_row:
                break
            above.append(row)
        raise _no_header(path, Phrase("holds no header in row {row}", row=header_row))
    first = list(islice(sheet.rows, 1 if find is None else LOOKED_AT))
    if not first:
        raise _no_header(path, Phrase("holds no header row"))
    if find is None:
        return _Start(first[0].number, _header(first[0].cells), [], [])
    found = find(first)
    if found == NO_HEADER:
        return _Start(first[0].number, (), [], first, headless=True)
    above, header, below = first[: found.first], first[found.first : found.last + 1], first[found.last + 1 :]
    return _Start(header[0].number, found.titles, above, below, header_rows=header)


def _lettered(start: _Start, hidden: Hidden) -> _Start:
    """Call the columns of a table without a header by their letters."""
    width = max(len(row.cells) for row in start.below)
    return start._replace(titles=tuple(column_letters(hidden.first_column + at) for at in range(width)))


def _no_header(path: Path, reason: Phrase) -> HeaderError:
    return HeaderError(reason, path=path, remedy=Phrase("name the columns in the first row"))


def _header(cells: tuple[Cell, ...]) -> tuple[str, ...]:
    # A second byte order mark, or one pasted into a sheet from another file.
    texts = ("" if isinstance(cell, MergedCell) else shown(cell).replace("\ufeff", "") for cell in cells)
    names = [one_line(text) for text in texts]
    while names and not names[-1]:
        names.pop()
    return tuple(names)
