"""Opens a file of rows and finds what it is: CSV, or the sheets of a workbook."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import Limits, Row, SheetRow, is_blank, sheet_rows
from offline_collect.files.digest import Digest, digest_stream
from offline_collect.files.errors import FileError, TooLargeError, UnreadableError, WorkbookError
from offline_collect.files.excel.hidden import Hidden
from offline_collect.files.excel.magic import OLE_MAGIC, ZIP_MAGIC
from offline_collect.files.excel.sandbox import IsolatedWorkbook
from offline_collect.files.excel.xlsx_limits import SAVE_AGAIN
from offline_collect.files.os_words import os_words
from offline_collect.files.read.csv import read_delimited

_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf|\s)*"
    rb"(?:<!--|<(?:!doctype|\?xml|html|head|meta|title|link|base|script|style|xml|body|div|span|p|br|hr|h[1-6]|b|i|center"
    rb"|font|form|table|caption|colgroup|col|thead|tbody|tr|t[dh])[\s/>]|mime-version:)",
    re.IGNORECASE,
)
"""How web pages, fragments of them, XML and saved web archives begin, whose names may end in .xls."""

_EXCEL_2_TO_4 = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
"""First record of workbooks that are not in a container yet (BIFF 2 to 4)."""
_START = 4096


class SheetSource(NamedTuple):
    """A sheet, or a whole CSV file, that is about to be read.

    Attributes:
        name: its name; None for CSV.
        hidden: its hidden parts, and how many hidden rows were read so far.
        rows: those that are not blank.
        before: how many rows the sheets before have.
    """

    name: str | None
    hidden: Hidden
    rows: Generator[Row, None, None]
    before: int


class Source:
    """The sheets of a file, one after the other; CSV is one sheet without a name.

    Attributes:
        digest: the file's digest.
        is_text: whether it is CSV.
        several: whether there is more than one sheet with content, so that rows are told with their sheet.
        hidden_sheets: names of the sheets that are hidden and not read.
    """

    def __init__(
        self, stream: BinaryIO, path: Path, sheet: str | None, header_row: int | None, limits: Limits
    ) -> None:
        self.is_text = not _is_workbook(stream, path, sheet, limits)
        self.digest: Digest = digest_stream(stream)
        self._stream = stream
        self._path = path
        self._header_row = header_row
        self._limits = limits
        self._book = None if self.is_text else IsolatedWorkbook(stream, path, sheet, limits)
        self.hidden_sheets: Sequence[str] = () if self._book is None else self._book.hidden_sheets
        self.several = self._book is not None and len(self._book.sheets) > 1
        self._unchanged = os.fstat(stream.fileno())
        self._before = 0
        self._rows: Generator[Row, None, None] | None = None

    def sheets(self) -> Iterator[SheetSource]:
        """Return the sheets; each is read to its end before the next, if its reader has not done so.

        Raises:
            FileError: from a sheet's rows: they are no table, exceed the limits, or the file changed.
        """
        if self._book is None:
            rows = read_delimited(self._stream, self._path, self._limits, self._header_row)
            self._rows = self._checked(rows, hidden := Hidden(), None)
            yield SheetSource(None, hidden, self._rows, 0)
            return
        for name, hidden in self._book.sheets:
            numbers = sheet_rows(name, self._before) if self.several else None
            self._rows = self._checked(self._book.rows(), hidden, numbers)
            yield SheetSource(name, hidden, self._rows, self._before)
            for _ in self._rows:
                pass

    def close(self) -> None:
        """Stop reading; the file itself stays open."""
        if self._rows is not None:
            self._rows.close()
        if self._book is not None:
            self._book.close()

    def _checked(
        self, source: Generator[Row, None, None], hidden: Hidden, numbers: type[SheetRow] | None
    ) -> Generator[Row, None, None]:
        """Yield the rows that are not blank, within the limits; refuse a file that changes meanwhile."""
        number, last_row, columns, hidden_rows = 0, None, self._limits.columns, hidden.rows
        try:
            for row in source:
                number, cells = row
                # Nearly every row has text in its first cell.
                if not cells or (is_blank(cells[0]) and all(map(is_blank, cells))):
                    continue
                if last_row is None:
                    last_row = number + self._limits.rows - self._before
                if number > last_row or len(cells) > columns:
                    self._refuse_excess(row, last_row)
                if hidden_rows and number <= len(hidden_rows):
                    hidden.read += hidden_rows[number - 1]
                yield row if numbers is None else Row(numbers(numbers.before + number), cells)
        except (FileError, UnicodeError) as error:
            # A half-written file is seldom a valid table; report the change, not that.
            self._refuse_changed()
            if isinstance(error, FileError) and error.row is not None and numbers is not None:
                raise error.replaced(row=numbers(numbers.before + error.row)) from None
            raise
        finally:
            # An unfinished reader still uses the file.
            source.close()
        self._before += number
        self._refuse_changed()

    def _refuse_changed(self) -> None:
        before, after = self._unchanged, os.fstat(self._stream.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            reason = Phrase("changed while it was read")
            raise UnreadableError(reason, path=self._path, remedy=Phrase("import it again")) from None

    def _refuse_excess(self, row: Row, last_row: int) -> None:
        """Refuse a row over the limit of rows, or of columns unless the excess cells are blank."""
        if row.number > last_row:
            excess = Phrase("has more than {most} rows below the header", most=self._limits.rows)
        elif all(map(is_blank, row.cells[self._limits.columns :])):
            return
        else:
            excess = Phrase("has more than {most} columns", most=self._limits.columns)
        remedy = Phrase("check that it is one table, or split it")
        raise TooLargeError(excess, path=self._path, row=row.number, remedy=remedy)


def open_plain(path: Path) -> BinaryIO:
    """Open a plain file: a pipe or a device could block for ever."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            return path.open("rb")
    except (OSError, ValueError) as error:
        reason = Phrase("cannot be read ({reason})", reason=os_words(error))
        remedy = Phrase("check the name and the permissions")
        raise UnreadableError(reason, path=path, remedy=remedy) from None
    kind = Phrase("is a directory") if stat.S_ISDIR(mode) else Phrase("is not a plain file")
    raise UnreadableError(kind, path=path, remedy=Phrase("name a CSV file or a workbook"))


def _is_workbook(stream: BinaryIO, path: Path, sheet: str | None, limits: Limits) -> bool:
    """Whether the file's first bytes are those of a workbook; if not, it is CSV."""
    start = stream.read(_START)
    if not start:
        remedy = Phrase("send the file that holds the table")
        raise UnreadableError(Phrase("is empty"), path=path, remedy=remedy)
    is_workbook = start.startswith((ZIP_MAGIC, OLE_MAGIC))
    _check_size(stream, path, limits.workbook_size if is_workbook else limits.size)
    if is_workbook:
        return True
    if start.startswith(_EXCEL_2_TO_4):
        raise WorkbookError(Phrase("is a workbook of Excel 2, 3 or 4"), path=path, remedy=SAVE_AGAIN)
    if _MARKUP.match(start):
        raise WorkbookError(Phrase("is a web page or XML, not a workbook"), path=path, remedy=SAVE_AGAIN)
    if sheet is not None:
        reason = Phrase("is a CSV file and has no sheet {sheet}", sheet=repr(sheet))
        raise WorkbookError(reason, path=path, remedy=Phrase("leave out the sheet"))
    return False


def _check_size(stream: BinaryIO, path: Path, most: int) -> None:
    size = os.fstat(stream.fileno()).st_size
    if size > most:
        reason = Phrase("has {size} bytes, over the limit of {most}", size=size, most=most)
        raise TooLargeError(reason, path=path, remedy=Phrase("split it into several files"))
