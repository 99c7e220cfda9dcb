"""Rows of CSV files: comma, semicolon or tab (docs/merchants.md, Files)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Generator, Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import Limits, Row
from offline_collect.files.errors import CsvError, TooLargeError, cell_too_large
from offline_collect.files.formula_guard import GUARD, plain_text
from offline_collect.files.read.encoding import encoding_of

DELIMITERS = ",;\t"
QUOTE = '"'
BLANK_LINES_MAX = 100
"""The most blank lines above the header."""

_SEPARATOR_LINE = re.compile(r'"?sep=([,;\t])"?\s*', re.IGNORECASE)
"""Tells Excel the delimiter in the first line; Excel does not show that line, nor count it."""

_FORCED_TEXT = '="'
"""Begins a formula that keeps digits as text: `="00123"`."""

_TAB_AFTER_QUOTE = re.compile(r'"\t+(?=[,;\r\n]|$)')
"""Payment services put a tab after a long number, so that a spreadsheet keeps it as text."""

_TAB_AFTER_CELL = re.compile(r"\t+(?=[,;\r\n]|$)")


def read_delimited(
    stream: BinaryIO, path: Path, limits: Limits, header_row: int | None = None
) -> Generator[Row, None, None]:
    """Yield every row of a CSV file, including blank ones; the file stays open.

    Raises:
        EncodingError: the text is neither UTF-8 nor GB18030, or a mixture of both.
        CsvError: a quote is not closed, or not followed by a delimiter.
        TooLargeError: a line, a row or a cell is over ``limits``.
    """
    text = io.TextIOWrapper(stream, encoding=encoding_of(stream, path), newline="")
    try:
        yield from _rows(_Lines(text, path, limits), path, limits, header_row)
    finally:
        text.detach()


class _Lines:
    """Reads lines of limited length.

    Attributes:
        conspicuous: lines of the current row whose cells need a check; the check empties it.
        quoted: how many lines with quotes the current row has; the reader of a row resets it.
        row: number of the last row that was read.
        keeps_tabs: whether a tab after a quote is a delimiter; otherwise it is left out.
    """

    def __init__(self, text: io.TextIOWrapper, path: Path, limits: Limits) -> None:
        self._read = partial(text.readline, limits.line + 1)
        self._path = path
        self._limits = limits
        self._plain_most = min(limits.cell, limits.line)
        self._quoted_most = limits.lines_per_row
        self._peeked: list[str] = []
        self.keeps_tabs = True
        self.conspicuous: list[str] = []
        self.quoted = 0
        self.row = 0

    def separator(self) -> str | None:
        """Return the delimiter that the first line states, and leave out that line; None for a usual first line."""
        first = self._read()
        stated = _SEPARATOR_LINE.fullmatch(first.removeprefix("\ufeff"))
        if stated is None and first:
            self._read = partial(next, chain([first], iter(self._read, "")), "")
        return stated[1] if stated else None

    def peek(self, most: int) -> list[str]:
        """Return at most ``most`` lines, which :meth:`all` returns again."""
        self._peeked = list(islice(iter(self._read, ""), most))
        return self._peeked

    def all(self) -> Iterator[str]:
        """Return every line; ``iter`` and ``map`` do the loop, as files have up to a million lines."""
        return map(self._look, chain(self._peeked, iter(self._read, "")))

    def _look(self, line: str) -> str:
        if QUOTE in line:
            self.quoted += 1
            if self.quoted > self._quoted_most:
                raise self._endless()
            if "\t" in line and not self.keeps_tabs:
                line = _TAB_AFTER_QUOTE.sub(QUOTE, line)
        if len(line) > self._plain_most or GUARD in line or _FORCED_TEXT in line:
            if len(line) > self._limits.line:
                raise self._too_long()
            self.conspicuous.append(line)
        return line

    def _endless(self) -> CsvError:
        return CsvError(
            Phrase("the row spans more than {most} lines", most=self._quoted_most),
            path=self._path,
            row=self.row + 1,
            remedy=Phrase("close the quote that opens in this row"),
        )

    def _too_long(self) -> TooLargeError:
        return TooLargeError(
            Phrase("a line has more than {most} characters", most=self._limits.line),
            path=self._path,
            row=self.row + 1,
            remedy=Phrase("check that the file is a table with one row a line"),
        )


def _delimiter(lines: _Lines, header_row: int | None) -> str:
    """Return the delimiter that splits the header, by default the first line of several cells, into most cells."""
    stated = lines.separator()
    if stated is not None:
        return stated
    peeked = lines.peek(header_row or BLANK_LINES_MAX)
    filled = (line for line in peeked[(header_row or 1) - 1 :] if line.strip())
    for line in filled if header_row is None else islice(filled, 1):
        header = _TAB_AFTER_CELL.sub("", line)
        cells = {mark: len(next(csv.reader([header], delimiter=mark), [])) for mark in DELIMITERS}
        best = max(DELIMITERS, key=cells.__getitem__)
        if cells[best] > 1:
            return best
    return DELIMITERS[0]


def _rows(lines: _Lines, path: Path, limits: Limits, header_row: int | None) -> Iterator[Row]:
    delimiter = _delimiter(lines, header_row)
    lines.keeps_tabs = delimiter == "\t"
    reader = csv.reader(lines.all(), delimiter=delimiter, strict=True)
    conspicuous = lines.conspicuous
    try:
        for number, cells in enumerate(reader, 1):
            lines.row = number
            lines.quoted = 0
            if conspicuous:
                conspicuous.clear()
                yield Row(number, _looked_at(cells, number, path, limits))
            else:
                yield Row(number, tuple(cells))
    except csv.Error as error:
        raise CsvError(
            Phrase("the quotes do not add up ({error})", error=str(error)),
            path=path,
            row=lines.row + 1,
            remedy=Phrase(
                "close the quote that opens in this row; a cell that holds a quote or a delimiter stands in"
                " quotes, and the quotes in it are doubled"
            ),
        ) from None


def _looked_at(cells: list[str], number: int, path: Path, limits: Limits) -> tuple[str, ...]:
    """Return the cells of a row with long lines or guarded texts, without what keeps a spreadsheet off them."""
    if any(len(cell) > limits.cell for cell in cells):
        raise cell_too_large(limits.cell, path, number)
    return tuple(map(plain_text, cells))
