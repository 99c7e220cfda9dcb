"""Numbers that a workbook shows with leading zeros: their format, such as ``00000000``, says what is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from offline_collect.files.cells import Cell
from offline_collect.files.excel.hidden import SHEET_ROWS

STYLES = "xl/styles.xml"
STYLES_SIZE_MAX = 4 * 1024 * 1024
"""Formats of a larger part are not looked at."""

_ZEROS = re.compile(r"0{2,32}")
_DIGITS_MAX = 10**15

Widths = Mapping[int, bytearray]
"""By column, one byte for each row: how many digits it is shown with, 0 for a usual cell. Both from 0."""


def widths_by_style(content: bytes) -> dict[bytes, int]:
    """Return the digits of each style of cells whose format only pads with zeros, by the style's number."""
    try:
        # expat limits the expansion of entities, and the part was measured: it is small.
        styles = ET.fromstring(content)  # noqa: S314 - see above
    except ET.ParseError:
        return {}
    codes = {
        node.get("numFmtId"): node.get("formatCode", "") for node in styles.iterfind("{*}numFmts/{*}numFmt")
    }
    widths = {number: len(code) for number, code in codes.items() if _ZEROS.fullmatch(code)}
    cells = enumerate(styles.iterfind("{*}cellXfs/{*}xf"))
    return {
        str(index).encode(): widths[node.get("numFmtId")]
        for index, node in cells
        if node.get("numFmtId") in widths
    }


def cells_of_styles(styles: Mapping[bytes, int]) -> re.Pattern[bytes]:
    """Return what finds the cells of some styles in a sheet: style, letters of the column, digits of the row."""
    numbers = b"|".join(styles)
    return re.compile(
        rb"""<(?:\w+:)?c\s(?=[^<>]*\ss=["']("""
        + numbers
        + rb""")["'])[^<>]*?\br=["']([A-Za-z]+)([0-9]+)["']"""
    )


def note_width(widths: dict[int, bytearray], row: int, column: int, width: int) -> None:
    """Record how many digits a cell is shown with."""
    if row < SHEET_ROWS:
        rows = widths.setdefault(column, bytearray())
        rows.extend(bytes(max(row + 1 - len(rows), 0)))
        rows[row] = width


def put_zeros(cells: list[Cell], row: int, first_column: int, widths: Widths) -> None:
    """Replace the whole numbers of a row that are shown with leading zeros by their texts."""
    for column, rows in widths.items():
        place = column - first_column
        if row < len(rows) and rows[row] and 0 <= place < len(cells):
            cells[place] = _shown(cells[place], rows[row])


def _shown(cell: Cell, width: int) -> Cell:
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not 0 <= cell < _DIGITS_MAX:
        return cell
    return str(int(cell)).zfill(width) if cell == int(cell) else cell
