"""What the format of a cell says of its number: leading zeros such as ``00000000``, or so many decimals.

Excel shows a number by its format, and what it shows is what people mean: ``00000042`` for 42, 10.36 for 10.355.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from xml.etree import ElementTree as ET

from offline_collect.domain.currency_signs import SIGNS
from offline_collect.files.cells import Cell, ForeignNumber, RoundedNumber, ScaledNumber
from offline_collect.files.excel.currency_signs import sign_of
from offline_collect.files.excel.hidden import SHEET_ROWS

STYLES = "xl/styles.xml"
STYLES_SIZE_MAX = 4 * 1024 * 1024
"""Formats of a larger part are not looked at."""

_ZEROS = re.compile(r"0{2,32}")
_DIGITS_MAX = 10**15
_DIGIT = re.compile("[0#?]")

_UNSEEN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^<>=\]]*\]')
"""Parts of a format that say nothing of its digits: texts, gaps, colours, currencies. Not conditions."""

_SCALES = re.compile(r"%|‰|[0#?],+(?![0#?,])")
"""Percent, or commas behind the last digit: each divides what is shown by a thousand."""

_UNIT = re.compile(r'[百千仟万萬亿%‰]|(?<![一-鿿])[分角](?![一-鿿])|[0#?](?:\\|!|")\."?[0#?]')
"""Units in the texts of a format, or a point that is a text: ``0\\.0000`` shows 123456 as 12.3456."""

_FIXED = re.compile(r"[^0-9#?.,%/@A-Za-z\[]*(?:[#0?](?:[#0?,]*[#0?])?)?(?:\.([#0?]+))?[^0-9#?.,%/@A-Za-z\[]*")
_FRACTION = re.compile(rb"(?:\.[0-9]{3,}(?:[eE][-+]?[0-9]+)?|(?<=>20[0-9][0-9])\.1)</(?:\w+:)?v>")
"""The end of a number with more decimals than nearly every currency has, or of one that may be a month: 2030.1."""

_CELL_MAX = 20_000
"""How far before a number its cell begins at most: a formula is in between."""

_STYLED = re.compile(rb"<(?:\w+:)?c(\s[^<>]*)>")
_REFERENCE = re.compile(rb"""\sr=["']([A-Za-z]+)([0-9]+)["']""")
_STYLE = re.compile(rb"""\ss=["']([0-9]+)["']""")
_REFERENCE_DIGITS_MAX = 7
_DECIMALS_MAX = 9
_CODE_MAX = 255
"""Excel's limit."""

PERCENT = frozenset({9, 10})
"""Excel's own formats of percent."""

BUILT_IN: Mapping[int, int] = {
    **dict.fromkeys((1, 3, 5, 6, 37, 38, 41, 42), 0),
    **dict.fromkeys((2, 4, 7, 8, 39, 40, 43, 44), 2),
}
"""Decimals of Excel's own formats, by their number; those of other kinds are not here."""

_SCALED = 63
"""What is noted for a format that shows another number than the cell has."""

_ROUNDED = 64
"""What is noted for so many decimals, plus their number; lower values are widths."""

_FOREIGN = 128
"""What is noted for a currency's sign: plus four times its place in the list of signs, plus the decimals, at most 3."""

_SIGNS = (*SIGNS, "OTHER")
_FOREIGN_DECIMALS = 4

Formats = Mapping[int, bytearray]
"""By column, one byte for each row of what its format says, 0 for a usual cell. Both from 0."""


def format_value(code: str) -> int | None:
    """Return what is noted for a cell of a format, by the format's text; None for formats that say nothing here."""
    if len(code) > _CODE_MAX:
        return None
    if _ZEROS.fullmatch(code):
        return len(code)
    seen = _UNSEEN.sub("", code)
    sign = sign_of(code)
    if _DIGIT.search(seen) and (_SCALES.search(seen) or _UNIT.search(code)):
        return _SCALED
    first = seen.partition(";")[0]
    fixed = _FIXED.fullmatch(first)
    decimals = len(fixed[1] or "") if fixed else _DECIMALS_MAX + 1
    if sign is not None:
        place = _SIGNS.index(sign if sign in SIGNS else "OTHER")
        return _FOREIGN + _FOREIGN_DECIMALS * place + min(decimals, _FOREIGN_DECIMALS - 1)
    return None if decimals > _DECIMALS_MAX else _ROUNDED + decimals


def built_in_value(number: int) -> int | None:
    """Return what is noted for a cell of one of Excel's own formats, by its number."""
    if number in PERCENT:
        return _SCALED
    return _ROUNDED + BUILT_IN[number] if number in BUILT_IN else None


def values_by_style(content: bytes) -> dict[bytes, int]:
    """Return what the formats of styles say, by the style's number in a workbook."""
    try:
        # expat limits the expansion of entities, and the part was measured: it is small.
        styles = ET.fromstring(content)  # noqa: S314 - see above
    except ET.ParseError:
        return {}
    values = {str(number): built_in_value(number) for number in (*BUILT_IN, *PERCENT)} | {
        node.get("numFmtId", ""): format_value(node.get("formatCode", ""))
        for node in styles.iterfind("{*}numFmts/{*}numFmt")
    }
    found = (
        (str(index).encode(), values.get(node.get("numFmtId", "")))
        for index, node in enumerate(styles.iterfind("{*}cellXfs/{*}xf"))
    )
    return {style: value for style, value in found if value is not None}


class SheetFormats:
    """Finds what the formats of a sheet's cells say of their numbers."""

    def __init__(self, styles: Mapping[bytes, int]) -> None:
        self._styles = styles
        every = [style for style, value in styles.items() if not _ROUNDED <= value < _FOREIGN]
        self._padded = _padded(b"|".join(every)) if every else None
        self._rounds = any(_ROUNDED <= value < _FOREIGN for value in styles.values())

    def note(self, tags: bytes, formats: dict[int, bytearray]) -> None:
        """Note the formats of the cells in a piece of a sheet.

        Of formats with decimals only those of numbers with many: the others are shown as they are.
        """
        for style, letters, digits in self._padded.findall(tags) if self._padded else ():
            note(formats, row_index(digits), column_index(letters), self._styles[style])
        for fraction in _FRACTION.finditer(tags) if self._rounds else ():
            end = fraction.start()
            cell = _STYLED.match(tags, max(tags.rfind(b"<c ", max(end - _CELL_MAX, 0), end), 0))
            reference = cell and _REFERENCE.search(cell[1])
            style = cell and _STYLE.search(cell[1])
            if reference and style and style[1] in self._styles:
                note(formats, row_index(reference[2]), column_index(reference[1]), self._styles[style[1]])


def _padded(styles: bytes) -> re.Pattern[bytes]:
    """Return what finds the cells of some styles in a sheet: style, letters of the column, digits of the row."""
    return re.compile(
        rb"""<(?:\w+:)?c\s(?=[^<>]*\ss=["']("""
        + styles
        + rb""")["'])[^<>]*?\br=["']([A-Za-z]+)([0-9]+)["']"""
    )


def row_index(digits: bytes) -> int:
    """Return a row from 0 by its digits in a reference."""
    return int(digits[:_REFERENCE_DIGITS_MAX]) - 1


def column_index(letters: bytes) -> int:
    """Return a column from 0 by its letters in a reference."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def note(formats: dict[int, bytearray], row: int, column: int, value: int) -> None:
    """Note what the format of a cell says."""
    if row < SHEET_ROWS:
        rows = formats.setdefault(column, bytearray())
        rows.extend(bytes(max(row + 1 - len(rows), 0)))
        rows[row] = value


_MONTH_DIGITS = 2
_MAYBE_OCTOBER = re.compile(r"20\d\d\.1")
"""2026.10, the month, is stored as 2026.1: its format tells it from January."""


def put_as_shown(cells: list[Cell], row: int, first_column: int, formats: Formats) -> None:
    """Replace the numbers of a row that their formats show otherwise: by texts with zeros, or marked as rounded."""
    for column, rows in formats.items():
        place = column - first_column
        if row < len(rows) and rows[row] and 0 <= place < len(cells):
            cells[place] = _as_shown(cells[place], rows[row])


def _as_shown(cell: Cell, value: int) -> Cell:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return cell
    if value >= _FOREIGN:
        place, decimals = divmod(value - _FOREIGN, _FOREIGN_DECIMALS)
        plain = _as_shown(cell, _ROUNDED + decimals) if decimals < _FOREIGN_DECIMALS - 1 else cell
        return ForeignNumber(plain, _SIGNS[place])  # type: ignore[arg-type] # a number, rounded or not
    if value >= _ROUNDED:
        decimals = value - _ROUNDED
        if cell == round(cell, decimals):
            return f"{cell}0" if decimals == _MONTH_DIGITS and _MAYBE_OCTOBER.fullmatch(str(cell)) else cell
        digits = Decimal(f"{cell:.15g}")
        return (
            RoundedNumber(cell, decimals)
            if digits.is_finite() and round(digits, decimals) != digits
            else cell
        )
    if value == _SCALED:
        return ScaledNumber(cell)
    if not 0 <= cell < _DIGITS_MAX:
        return cell
    return str(int(cell)).zfill(value) if cell == int(cell) else cell
