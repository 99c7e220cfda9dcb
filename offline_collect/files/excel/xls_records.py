"""Finds what the workbook library omits from old workbooks (.xls): failed formulas, hidden parts, formats of numbers.

An .xls file is a container of streams (which olefile opens). One stream is a sequence of records of the
Binary Interchange File Format: type and length, 16 bits each, little-endian, then the content. Two types of
record mark a cell with an error: a formula whose last result is an error, and a plain error value.
Rows and groups of columns have their own records, with a bit for hidden ones. A cell names an extended format (XF), and
that a format of numbers: one of Excel's own, or one that a record of the workbook gives as text.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import olefile

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import WorkbookError
from offline_collect.files.excel.hidden import Hidden
from offline_collect.files.excel.number_formats import BUILT_IN, PERCENT, built_in_value, format_value, note
from offline_collect.files.excel.xlsx_limits import SAVE_AGAIN

_STREAMS = ("Workbook", "Book")
_PASSWORD = 0x002F
_FORMULA, _END, _COLUMNS, _SHEET, _ERROR, _ROW = 0x0006, 0x000A, 0x007D, 0x0085, 0x0205, 0x0208
_FORMAT, _XF, _NUMBER, _RK, _ROW_OF_RK = 0x041E, 0x00E0, 0x0203, 0x027E, 0x00BD
_CELL_LENGTH_LEAST = 8
"""Bytes of an error's record: row, column, format, the value, and whether it is an error."""

_FORMULA_LENGTH_LEAST = 14
_ERROR_RESULT = 2
_COLUMNS_HIDDEN = 0x0001
_ROW_HIDDEN = 0x0020


def look_through(
    stream: BinaryIO, path: Path, sheet: int, hidden: Hidden, formats: dict[int, bytearray]
) -> dict[int, set[int]]:
    """Return the cells of a sheet with failed formulas: columns by row, both from 0.

    Args:
        stream: the workbook, seekable; stays open.
        path: its name in errors.
        sheet: index of the sheet, from 0.
        hidden: receives the hidden parts.
        formats: receives what the formats of numbers say.

    Raises:
        WorkbookError: it is damaged.
    """
    try:
        return _look_through(_content(stream), sheet, hidden, formats)
    except _DAMAGE:
        raise WorkbookError(Phrase("is a damaged workbook"), path=path, remedy=SAVE_AGAIN) from None


def has_password(stream: BinaryIO) -> bool:
    """Whether an old workbook is encrypted; the library takes it for a damaged one."""
    try:
        return any(kind == _PASSWORD for kind, _ in _records(_content(stream), 0))
    except _DAMAGE:
        return False


_DAMAGE = (OSError, ValueError, IndexError, StopIteration, struct.error)


def _content(stream: BinaryIO) -> bytes:
    stream.seek(0)
    with olefile.OleFileIO(stream) as container:
        name = next(name for name in _STREAMS if container.exists(name))
        content: bytes = container.openstream(name).read()
    return content


def _look_through(
    content: bytes, sheet: int, hidden: Hidden, formats: dict[int, bytearray]
) -> dict[int, set[int]]:
    starts, said = _globals(content)
    failed: dict[int, set[int]] = defaultdict(set)
    for kind, record in _records(content, starts[sheet]):
        if (kind == _FORMULA and _is_failed_formula(record)) or (kind == _ERROR and _is_error(record)):
            row, column = struct.unpack_from("<HH", record)
            failed[row].add(column)
        elif kind in _NUMBERS and said:
            for row, column, style in _NUMBERS[kind](record):
                if style in said:
                    note(formats, row, column, said[style])
        elif kind == _ROW:
            row, flags = struct.unpack_from("<H10xH", record)
            if flags & _ROW_HIDDEN:
                hidden.hide_row(row)
        elif kind == _COLUMNS:
            first, last, flags = struct.unpack_from("<HH4xH", record)
            if flags & _COLUMNS_HIDDEN:
                hidden.hide_columns(first, last)
    return failed


def _globals(content: bytes) -> tuple[list[int], dict[int, int]]:
    """Return where the sheets start, and what the formats of cells say of numbers, by the extended format."""
    starts: list[int] = []
    texts: dict[int, int | None] = {number: built_in_value(number) for number in (*BUILT_IN, *PERCENT)}
    styles: list[int] = []
    for kind, record in _records(content, 0):
        if kind == _SHEET:
            starts.append(struct.unpack_from("<I", record)[0])
        elif kind == _FORMAT:
            texts[struct.unpack_from("<H", record)[0]] = format_value(format_text(record))
        elif kind == _XF:
            styles.append(struct.unpack_from("<2xH", record)[0])
    found = ((style, texts.get(number)) for style, number in enumerate(styles))
    return starts, {style: value for style, value in found if value is not None}


def format_text(record: memoryview) -> str:
    """Return the text of a format: of 16-bit characters, or of bytes (a character set matters to no digit)."""
    if len(record) == record[2] + 3:
        # Before Excel 97 the length has one byte, and no byte says how wide the characters are.
        return bytes(record[3:]).decode("latin-1")
    length, wide = struct.unpack_from("<HB", record, 2)
    text = bytes(record[5:])
    return text[: 2 * length].decode("utf-16-le", "replace") if wide & 1 else text[:length].decode("latin-1")


def _one_number(record: memoryview) -> list[tuple[int, int, int]]:
    """Return row, column and extended format of a number, or of a formula."""
    return [struct.unpack_from("<HHH", record)]


def _row_of_numbers(record: memoryview) -> list[tuple[int, int, int]]:
    row, first = struct.unpack_from("<HH", record)
    # Each has six bytes; the last column follows.
    styles = struct.iter_unpack("<H4x", record[4 : len(record) // 6 * 6 - 2])
    return [(row, column, style) for column, (style,) in enumerate(styles, first)]


_NUMBERS = {_FORMULA: _one_number, _NUMBER: _one_number, _RK: _one_number, _ROW_OF_RK: _row_of_numbers}
"""Returns the numbers of a record, by its type."""


def _records(content: bytes, start: int) -> Iterator[tuple[int, memoryview]]:
    """Yield the records of one part of the workbook, up to its end record."""
    whole = memoryview(content)
    while start < len(content):
        kind, length = struct.unpack_from("<HH", content, start)
        if kind == _END:
            return
        yield kind, whole[start + 4 : start + 4 + length]
        start += 4 + length


def _is_failed_formula(record: memoryview) -> bool:
    """Whether a formula's result, bytes 6 to 13, is an error."""
    if len(record) < _FORMULA_LENGTH_LEAST:
        return False
    return record[6] == _ERROR_RESULT and bytes(record[12:14]) == b"\xff\xff"


def _is_error(record: memoryview) -> bool:
    """Whether the record is an error: a truth value has the same record type."""
    return len(record) >= _CELL_LENGTH_LEAST and record[7] == 1
