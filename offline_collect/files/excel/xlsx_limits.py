"""Checks an .xlsx file before it is opened: the parts of its zip must stay within limits once unpacked.

The workbook library unpacks every part, and keeps a sheet as one rectangle from the first to the last used
cell (a file of 5 KB with a cell at XFD1048576 makes it ask for 64 GiB). It gives a failed formula as a blank,
and does not report hidden parts. So this module measures and scans the parts before the library opens them.
"""

from __future__ import annotations

import copy
import re
import sys
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree as ET

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import Limits
from offline_collect.files.digest import CHUNK
from offline_collect.files.errors import TooLargeError, WorkbookError
from offline_collect.files.excel.hidden import Hidden
from offline_collect.files.excel.number_formats import (
    STYLES,
    STYLES_SIZE_MAX,
    SheetFormats,
    column_index,
    row_index,
    values_by_style,
)

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
STRINGS = "xl/sharedstrings.xml"
"""In lower case: the library accepts any case and either slash."""
PARTS_MAX = 10_000
INDEX_SIZE_MAX = 1024 * 1024

SAVE_AGAIN = Phrase("open it in Excel, save it as a new .xlsx workbook and send that")
# A cell with content is never self-closed; `r` is its reference, `t="e"` marks a failed formula.
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\br=["']([A-Za-z]+)([0-9]+)["'][^<>]*(?<!/)>""")
_ERROR = re.compile(rb"""<(?:\w+:)?c\s(?=[^<>]*\bt=["']e["'])[^<>]*?\br=["']([A-Za-z]+)([0-9]+)["']""")
_ERROR_MARKS = (b't="e"', b"t='e'")
_UNCALCULATED = re.compile(
    rb"""<(?:\w+:)?c\s[^<>]*?\br=["']([A-Za-z]+)([0-9]+)["'][^<>]*>\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<>]*</(?:\w+:)?f>)"""
    rb"""\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_HIDES = rb"""(?=[^<>]*\shidden=["'](?:1|true)["'])"""
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row""" + _HIDES + rb"""[^<>]*?\sr=["']([0-9]+)["']""")
_HIDDEN_COLUMNS = re.compile(
    rb"""<(?:\w+:)?col""" + _HIDES + rb"""(?=[^<>]*\smin=["']([0-9]+)["'])[^<>]*?\smax=["']([0-9]+)["']"""
)
_HIDDEN_MARK = b"hidden="
_STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")

_DAMAGED = Phrase("is a damaged workbook")

SPARSE_AREA = 2_000_000
"""A larger rectangle must hold a cell with content in every hundred: the library takes time and memory for each."""
_SPARSE = 100


class Package:
    """An .xlsx file, checked part by part.

    Args:
        stream: the file, seekable; stays open.
        path: its name in errors.
        limits: the limits of the file.

    Raises:
        WorkbookError: it is not a zip, not an .xlsx workbook, damaged or encrypted.
        TooLargeError: its parts unpack to more than ``limits.inflated_size``, or its texts take more memory
            than those of a sheet of ``limits.area``.
    """

    def __init__(self, stream: BinaryIO, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        try:
            self._zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, NotImplementedError):
            raise self._damaged() from None
        if WORKBOOK not in self._zip.namelist():
            raise self._damaged(Phrase("is a zip file but no .xlsx workbook"))
        self._measure()
        for name in self._zip.namelist():
            if name.replace("\\", "/").lower() == STRINGS:
                self._check_strings(name)

    def _measure(self) -> None:
        """Refuse a zip bomb: check the declared sizes, then the actual ones."""
        infos = self._zip.infolist()
        most = self._limits.inflated_size
        if len(infos) > PARTS_MAX or sum(info.file_size for info in infos) > most:
            raise self._bomb(most)
        for info in infos:
            size = 0
            for chunk in self._inflate(info):
                size += len(chunk)
                most -= len(chunk)
                if most < 0:
                    raise self._bomb(self._limits.inflated_size)
                if size > INDEX_SIZE_MAX and info.filename in {WORKBOOK, RELATIONS}:
                    raise self._bomb(INDEX_SIZE_MAX)

    def _inflate(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield all of a part's bytes: the size that the zip declares is not trusted."""
        info = copy.copy(info)
        info.file_size = sys.maxsize
        try:
            with self._zip.open(info) as part:
                while chunk := part.read(CHUNK):
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
            raise self._damaged() from None
        except RuntimeError:
            # zipfile raises this for an encrypted part.
            raise self._damaged(Phrase("is a zip file with a password")) from None

    def _check_strings(self, name: str) -> None:
        """Refuse texts for which the library would need gigabytes: an endless one, or millions of them."""
        count = since_last = 0
        for tags in self._tags(name):
            found = len(_STRING.findall(tags))
            count += found
            since_last = 0 if found else since_last + len(tags)
            if since_last > CHUNK:
                raise self._huge_cell()
            if count > self._limits.area:
                raise self._too_much(Phrase("holds more than {most} texts", most=self._limits.area))

    def look_through(
        self,
        sheet: str,
        hidden: Hidden,
        uncalculated: dict[int, set[int]],
        formats: dict[int, bytearray],
    ) -> dict[int, set[int]]:
        """Return the cells of a sheet with failed formulas: columns by row, both from 0.

        Args:
            sheet: its name.
            hidden: receives the hidden parts.
            uncalculated: receives the cells with a formula and no value, likewise.
            formats: receives what the formats of numbers say.

        Raises:
            WorkbookError: its part is missing.
            TooLargeError: the rectangle over its cells is larger than ``limits.area``.
        """
        failed: dict[int, set[int]] = defaultdict(set)
        said = SheetFormats(self._formats())
        last_row = last_column = count = 0
        for tags in self._tags(self._part_of(sheet)):
            cells = _CELL.findall(tags)
            last_row = max(last_row, *map(row_index, {digits for _, digits in cells}), 0)
            last_column = max(last_column, *map(column_index, {letters for letters, _ in cells}), 0)
            if any(mark in tags for mark in _ERROR_MARKS):
                for letters, digits in _ERROR.findall(tags):
                    failed[row_index(digits)].add(column_index(letters))
            if _FORMULA.search(tags):
                for letters, digits in _UNCALCULATED.findall(tags):
                    uncalculated.setdefault(row_index(digits), set()).add(column_index(letters))
            if _HIDDEN_MARK in tags:
                _note_hidden(tags, hidden)
            self._check_extent(last_row + 1, last_column + 1)
            said.note(tags, formats)
            # A cell without a reference follows the previous cell.
            count += tags.count(b"/c>") + tags.count(b":c>")
            if count > self._limits.area:
                raise self._too_much(Phrase("holds more than {most} cells", most=self._limits.area))
        area = (last_row + 1) * (last_column + 1)
        if area > SPARSE_AREA and count * _SPARSE < area:
            raise self._too_far(last_row + 1, last_column + 1)
        return failed

    def _formats(self) -> dict[bytes, int]:
        """Return what the formats of the styles say of numbers, by the style's number."""
        for info in self._zip.infolist():
            if info.filename.replace("\\", "/").lower() == STYLES and info.file_size <= STYLES_SIZE_MAX:
                return values_by_style(b"".join(self._inflate(info))[: STYLES_SIZE_MAX + 1])
        return {}

    def _tags(self, name: str) -> Iterator[bytes]:
        """Yield a part in pieces that do not split a tag, nor a cell of a usual sheet."""
        try:
            info = self._zip.getinfo(name)
        except KeyError:
            raise self._damaged() from None
        rest = b""
        for chunk in self._inflate(info):
            piece = rest + chunk
            cut = max(piece.rfind(b"<c "), 0) or max(piece.rfind(b"<"), 0)
            rest = piece[cut:]
            if len(rest) > CHUNK:
                raise self._huge_cell()
            yield piece[:cut]
        yield rest

    def _huge_cell(self) -> TooLargeError:
        return TooLargeError(
            Phrase("has a cell of more than {most} characters", most=self._limits.cell),
            path=self._path,
            remedy=Phrase("check that it is one table"),
        )

    def _check_extent(self, rows: int, columns: int) -> None:
        if rows * columns > self._limits.area:
            raise self._too_far(rows, columns)

    def _too_far(self, rows: int, columns: int) -> TooLargeError:
        return TooLargeError(
            Phrase("the sheet spans {rows} rows and {columns} columns", rows=rows, columns=columns),
            path=self._path,
            remedy=Phrase("delete what lies beyond the table, or send it as CSV"),
        )

    def _part_of(self, sheet: str) -> str:
        """Return the name of the part that holds ``sheet``."""
        targets = {node.get("Id"): node.get("Target", "") for node in self._index(RELATIONS)}
        for node in self._index(WORKBOOK).iter():
            if node.tag.endswith("}sheet") and node.get("name") == sheet:
                relation = next((value for key, value in node.items() if key.endswith("}id")), None)
                target = targets.get(relation, "")
                return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        raise self._damaged()

    def _index(self, name: str) -> ET.Element:
        try:
            # expat limits the expansion of entities, and the part was measured: it is small.
            return ET.fromstring(self._zip.read(name))  # noqa: S314 - see above
        except (KeyError, ET.ParseError):
            raise self._damaged() from None

    def _damaged(self, reason: Phrase = _DAMAGED) -> WorkbookError:
        return WorkbookError(reason, path=self._path, remedy=SAVE_AGAIN)

    def _bomb(self, most: int) -> TooLargeError:
        return self._too_much(Phrase("unpacks to more than {most} bytes", most=most))

    def _too_much(self, reason: Phrase) -> TooLargeError:
        remedy = Phrase("split it into several files, or send it as CSV")
        return TooLargeError(reason, path=self._path, remedy=remedy)


def _note_hidden(tags: bytes, hidden: Hidden) -> None:
    for digits in _HIDDEN_ROW.findall(tags):
        hidden.hide_row(row_index(digits))
    for first, last in _HIDDEN_COLUMNS.findall(tags):
        hidden.hide_columns(row_index(first), row_index(last))
