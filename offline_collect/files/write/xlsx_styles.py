"""The formats of a workbook's cells."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeAlias

from offline_collect.domain.currencies import CURRENCIES
from offline_collect.files.cells import Cell
from offline_collect.files.write.sheet import Kind

Style: TypeAlias = Any
"""A format of xlsxwriter's, which has no types."""

TEXT = "@"
DATE = "yyyy-mm-dd"
INSTANT = "yyyy-mm-dd hh:mm:ss"
TIME = "hh:mm:ss"
DURATION = "[h]:mm:ss"

_NUMBER_FORMATS = {Kind.IDENTIFIER: TEXT, Kind.COUNT: "#,##0", Kind.DATE: DATE, Kind.INSTANT: INSTANT}


class Styles:
    """Formats by a cell's content, each made once: a workbook has a limited number."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, object], ...], Style] = {}

    def heading(self) -> Style:
        """Return the format of headings."""
        return self._style(bold=True, bg_color="#E8EEF4", bottom=1, text_wrap=True, valign="vcenter")

    def forced_text(self) -> Style:
        """Return the format of a text that looks like a formula: it stays text when a user edits it."""
        return self._style(num_format=TEXT, quote_prefix=True)

    def of(self, kind: Kind, currency: str, *, bold: bool = False) -> Style:
        """Return the format of a column, or of its cell in the totals row."""
        number_format = _money(currency) if kind is Kind.MONEY else _NUMBER_FORMATS.get(kind)
        properties = {} if number_format is None else {"num_format": number_format}
        return self._style(**properties, **({"bold": True, "top": 1} if bold else {}))

    def moment(self, cell: Cell) -> Style:
        """Return the format of a date, a time or a duration read from a file."""
        if isinstance(cell, dt.datetime):
            return self._style(num_format=INSTANT)
        if isinstance(cell, dt.date):
            return self._style(num_format=DATE)
        return self._style(num_format=TIME if isinstance(cell, dt.time) else DURATION)

    def _style(self, **properties: object) -> Style:
        key = tuple(properties.items())
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]


def _money(currency: str) -> str:
    decimals = CURRENCIES[currency].decimals
    return f"#,##0.{'0' * decimals}" if decimals else "#,##0"
