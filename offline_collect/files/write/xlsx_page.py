"""How a worksheet looks on paper and on the screen: A4, its headings on each page, widths, lines above the table."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from wcwidth import wcswidth

from offline_collect.files.cells import shown
from offline_collect.files.write.sheet import Kind, Sheet, SheetCell

_A4 = 9
_MARGIN_INCHES = 0.4
_FOOT_INCHES = 0.6
_LINE_POINTS = 15
_WIDTHS = range(6, 51)
_HEADING_LINE = 8
"""Headings wider than this take two lines, so that the page holds more columns."""


def set_page(worksheet: Any, heading_row: int) -> None:
    """Print a worksheet on A4, as wide as the page, with its headings and its number on each page."""
    worksheet.set_paper(_A4)
    worksheet.set_landscape()
    worksheet.fit_to_pages(1, 0)
    worksheet.repeat_rows(heading_row)
    worksheet.set_margins(left=_MARGIN_INCHES, right=_MARGIN_INCHES, top=_MARGIN_INCHES, bottom=_FOOT_INCHES)
    worksheet.set_footer("&L&A&R&P / &N", {"margin": _MARGIN_INCHES / 2})


def display_width(text: str) -> int:
    """Return a text's width in characters of the default font; a Chinese one counts as two."""
    return max(map(_line_width, text.split("\n")))


def _line_width(line: str) -> int:
    width = wcswidth(line[: _WIDTHS.stop])
    # wcswidth is -1 for control characters.
    return width if width >= 0 else len(line)


def height(texts: Sequence[str], widths: Sequence[int]) -> int:
    """Return the height in points of a row that shows each text in full, in a cell of its width.

    A program that opens the file may not work it out itself.
    """
    return _LINE_POINTS * max(
        (_lines(text, width) for text, width in zip(texts, widths, strict=True)), default=1
    )


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes; words are not broken, Chinese is."""
    count = 0
    for line in text.split("\n"):
        room = width - 1
        used, count = 0, count + 1
        for word in line.split(" "):
            needed = wcswidth(word)
            if used and used + 1 + needed > room:
                used, count = 0, count + 1
            used += needed + (1 if used else 0)
            if used > room:
                count += ceil(used / room) - 1
                used = used % room or room
    return count


def column_widths(sheet: Sheet, rows: Sequence[Sequence[SheetCell]]) -> list[int]:
    """Return the width of each column: as given, or to fit its heading and the first rows."""
    return [
        column.width or _needed(heading, [_about(row[at], column.kind) for row in rows])
        for at, (column, heading) in enumerate(zip(sheet.columns, sheet.headings, strict=True))
    ]


def _needed(heading: str, texts: Sequence[str]) -> int:
    widest = max([_heading_width(heading), *map(display_width, texts)])
    return min(max(_WIDTHS.start, widest + 2), _WIDTHS.stop - 1)


def _heading_width(heading: str) -> int:
    whole = display_width(heading)
    if whole <= _HEADING_LINE:
        return whole
    # Chinese breaks anywhere, a Latin word nowhere.
    longest = max([len(word) for word in heading.split(" ") if word.isascii()], default=0)
    return max(_HEADING_LINE, ceil(whole / 2) + 1, longest)


def _about(cell: SheetCell, kind: Kind) -> str:
    """Return a text about as wide as Excel's display of a cell."""
    if cell is None:
        return ""
    if kind in (Kind.MONEY, Kind.COUNT):
        return f"{cell:,}." if isinstance(cell, int) else ""
    return shown(cell)[:19] if kind is Kind.INSTANT else shown(cell)
