"""Rows of CSV files: comma, semicolon or tab; UTF-8 with or without BOM, else strict GB18030 (files.md)."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import BinaryIO

from offline_collect.files.cells import Limits, Row
from offline_collect.files.digest import CHUNK
from offline_collect.files.errors import CsvError, EncodingError, TooLargeError

DELIMITERS = ",;\t"


def encoding_of(stream: BinaryIO, path: Path) -> str:
    """Return the codec that decodes the whole file strictly, and rewind it.

    A byte order mark binds the file to UTF-8. Without one it is UTF-8 if every byte is, else GB18030 if
    every byte is: nothing is guessed from a sample.

    Raises:
        EncodingError: neither fits; says at which line GB18030 (or the marked UTF-8) breaks.
    """
    marked = stream.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8
    if _broken_line(stream, "utf-8") is None:
        return "utf-8-sig" if marked else "utf-8"
    line = _broken_line(stream, "utf-8" if marked else "gb18030")
    if line is None:
        return "gb18030"
    raise EncodingError(
        f"is marked as UTF-8 but line {line} is not"
        if marked
        else f"line {line} is neither UTF-8 nor GB18030",
        path=path,
        remedy="save it again as 'CSV UTF-8' or as an .xlsx workbook",
    )


def _broken_line(stream: BinaryIO, encoding: str) -> int | None:
    """Return the line of the first byte that ``encoding`` cannot decode; rewinds ``stream``."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    try:
        while chunk := stream.read(CHUNK):
            decoder.decode(chunk)
            line += chunk.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return line + bytes(error.object[: error.start]).count(b"\n")
    finally:
        stream.seek(0)
    return None


def read_delimited(stream: BinaryIO, path: Path, limits: Limits) -> Generator[Row, None, None]:
    """Yield every row of a CSV file, blank ones too; closes nothing.

    Raises:
        EncodingError: the text is neither UTF-8 nor GB18030.
        CsvError: a quote is not closed, or followed by something else than a delimiter.
        TooLargeError: a line, a row or a cell is over ``limits``.
    """
    text = io.TextIOWrapper(stream, encoding=encoding_of(stream, path), newline="")
    try:
        lines = _Lines(text, path, limits)
        yield from _rows(csv.reader(lines, delimiter=_delimiter(lines), strict=True), lines, path)
    finally:
        text.detach()


class _Lines:
    """Lines of bounded length; counts those that went into the row being read."""

    def __init__(self, text: io.TextIOWrapper, path: Path, limits: Limits) -> None:
        self._text = text
        self._path = path
        self._limits = limits
        self._peeked: list[str] = []
        self.row = 1
        self.taken = 0

    def peek(self) -> Iterator[str]:
        """Yield lines, as many as one row may have, that will be read again afterwards."""
        while len(self._peeked) < self._limits.lines_per_row and (line := self._read()):
            self._peeked.append(line)
            yield line

    def rewind(self) -> None:
        self._peeked.reverse()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._peeked.pop() if self._peeked else self._read()
        if not line:
            raise StopIteration
        self.taken += 1
        if self.taken > self._limits.lines_per_row:
            raise CsvError(
                f"the row spans more than {self._limits.lines_per_row} lines",
                path=self._path,
                row=self.row,
                remedy="close the quote that opens in this row",
            )
        return line

    def _read(self) -> str:
        line = self._text.readline(self._limits.line + 1)
        if len(line) > self._limits.line:
            raise TooLargeError(
                f"a line has more than {self._limits.line} characters",
                path=self._path,
                row=self.row,
                remedy="check that the file is a table with one row a line",
            )
        return line


def _delimiter(lines: _Lines) -> str:
    """Return the delimiter that cuts the header, the first line that is not blank, into most cells."""
    header = next((line for line in lines.peek() if line.strip()), "")
    lines.rewind()
    return max(DELIMITERS, key=lambda mark: len(next(csv.reader([header], delimiter=mark), [])))


def _rows(reader: Iterator[list[str]], lines: _Lines, path: Path) -> Iterator[Row]:
    while True:
        lines.taken = 0
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise CsvError(
                f"the quotes do not add up ({error})",
                path=path,
                row=lines.row,
                remedy="put a cell that holds a quote or a delimiter in quotes, and double the quotes in it",
            ) from None
        if cells is None:
            return
        yield Row(lines.row, tuple(cells))
        lines.row += 1
