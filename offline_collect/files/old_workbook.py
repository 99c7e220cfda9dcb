"""Failed formulas of old workbooks (.xls), which the workbook library gives as blank cells.

An .xls file is a container of streams (which olefile opens); one of them is a sequence of records of the
Binary Interchange File Format: type and length, 16 bits each, little-endian, then the content. Two kinds of
record say that a cell holds an error: a formula with an error as its last result, and an error by itself.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import olefile

from offline_collect.files.errors import WorkbookError

_STREAMS = ("Workbook", "Book")
_FORMULA, _END, _SHEET, _ERROR = 0x0006, 0x000A, 0x0085, 0x0205
_CELL_LENGTH_LEAST = 8
"""Bytes of an error's record: row, column, format, the error, and whether it is one."""

_FORMULA_LENGTH_LEAST = 14
_ERROR_RESULT = 2


def failed_cells(stream: BinaryIO, path: Path, sheet: int, remedy: str) -> dict[int, set[int]]:
    """Return the cells of a sheet whose formula failed: columns by row, both from 0.

    Args:
        stream: the workbook, seekable; stays open.
        path: its name in errors.
        sheet: which of the workbook's sheets, from 0.
        remedy: what to do about a damaged workbook.

    Raises:
        WorkbookError: it is damaged.
    """
    stream.seek(0)
    try:
        with olefile.OleFileIO(stream) as container:
            name = next(name for name in _STREAMS if container.exists(name))
            content: bytes = container.openstream(name).read()
        return _failed(content, sheet)
    except (OSError, ValueError, IndexError, StopIteration, struct.error):
        raise WorkbookError("is a damaged workbook", path=path, remedy=remedy) from None


def _failed(content: bytes, sheet: int) -> dict[int, set[int]]:
    starts = [struct.unpack_from("<I", record)[0] for kind, record in _records(content, 0) if kind == _SHEET]
    failed: dict[int, set[int]] = defaultdict(set)
    for kind, record in _records(content, starts[sheet]):
        if (kind == _FORMULA and _is_failed_formula(record)) or (kind == _ERROR and _is_error(record)):
            row, column = struct.unpack_from("<HH", record)
            failed[row].add(column)
    return failed


def _records(content: bytes, start: int) -> Iterator[tuple[int, memoryview]]:
    """Yield the records of one part of the workbook, up to the one that ends it."""
    whole = memoryview(content)
    while start < len(content):
        kind, length = struct.unpack_from("<HH", content, start)
        if kind == _END:
            return
        yield kind, whole[start + 4 : start + 4 + length]
        start += 4 + length


def _is_failed_formula(record: memoryview) -> bool:
    """Whether a formula's result, bytes 6 to 13, says that it is no number but an error."""
    if len(record) < _FORMULA_LENGTH_LEAST:
        return False
    return record[6] == _ERROR_RESULT and bytes(record[12:14]) == b"\xff\xff"


def _is_error(record: memoryview) -> bool:
    """Whether the record is of an error: a truth value has the same kind."""
    return len(record) >= _CELL_LENGTH_LEAST and record[7] == 1
