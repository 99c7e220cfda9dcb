"""The formats of a workbook's cells."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any, TypeAlias

from offline_collect.domain.currencies import CURRENCIES
from offline_collect.files.cells import Cell, RoundedNumber
from offline_collect.files.write.sheet import SUMMED, Kind, SheetColumn

Style: TypeAlias = Any
"""A format of xlsxwriter's, which has no types."""

TEXT = "@"
DATE = "yyyy-mm-dd"
INSTANT = "yyyy-mm-dd hh:mm:ss"
TIME = "hh:mm:ss"
DURATION = "[h]:mm:ss"

_NUMBER_FORMATS = {
    Kind.IDENTIFIER: TEXT,
    Kind.COUNT: "#,##0",
    Kind.DATE: DATE,
    Kind.INSTANT: INSTANT,
    # What a user types over a text that was read stays as it is typed.
    Kind.CELL: TEXT,
}
_NUMBER_IN_TEXT = "General"


class Fill(StrEnum):
    """The colour behind a cell."""

    NONE = ""
    ROW = "#FDECEA"
    CELL = "#F5B7B1"


class Styles:
    """Formats by a cell's content, each made once: a workbook has a limited number."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, object], ...], Style] = {}

    def heading(self, kind: Kind) -> Style:
        """Return the format of a column's heading; that of numbers stands above them, on the right."""
        side = {"align": "right"} if kind in SUMMED else {"indent": 1}
        return self._style(bold=True, bg_color="#E8EEF4", bottom=1, text_wrap=True, valign="vcenter", **side)

    def note(self) -> Style:
        """Return the format of a line above the table."""
        return self._style(text_wrap=True, valign="top")

    def forced_text(self, fill: Fill = Fill.NONE) -> Style:
        """Return the format of a text that looks like a formula: it stays text when a user edits it."""
        return self._style(fill, num_format=TEXT, quote_prefix=True)

    def of(self, column: SheetColumn, currency: str, *, bold: bool = False, fill: Fill = Fill.NONE) -> Style:
        """Return the format of a column, or of its cell in the totals row or a marked one."""
        kind = column.kind
        number_format = _money(currency) if kind is Kind.MONEY else _NUMBER_FORMATS.get(kind)
        properties: dict[str, object] = {} if number_format is None else {"num_format": number_format}
        if kind not in SUMMED:
            # A gap to a number at the right edge of the column before.
            properties["indent"] = 1
        if bold:
            properties |= {"bold": True, "top": 1}
        if column.wrapped:
            properties |= {"text_wrap": True, "valign": "top"}
        return self._style(fill, **properties)

    def number(self, cell: Cell, fill: Fill) -> Style:
        """Return the format of a number read from a file: it is shown with as many decimals as there."""
        if isinstance(cell, RoundedNumber):
            return self._style(fill, num_format=f"0.{'0' * cell.decimals}" if cell.decimals else "0")
        return self._style(fill, num_format=_NUMBER_IN_TEXT)

    def moment(self, cell: Cell, fill: Fill = Fill.NONE) -> Style:
        """Return the format of a date, a time or a duration read from a file."""
        if isinstance(cell, dt.datetime):
            return self._style(fill, num_format=INSTANT, indent=1)
        if isinstance(cell, dt.date):
            return self._style(fill, num_format=DATE, indent=1)
        return self._style(fill, num_format=TIME if isinstance(cell, dt.time) else DURATION)

    def _style(self, fill: Fill = Fill.NONE, **properties: object) -> Style:
        if fill:
            properties["bg_color"] = fill.value
        key = tuple(properties.items())
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]


def _money(currency: str) -> str:
    decimals = CURRENCIES[currency].decimals
    return f"#,##0.{'0' * decimals}" if decimals else "#,##0"
