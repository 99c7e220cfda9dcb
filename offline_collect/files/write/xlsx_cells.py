"""Writes one cell of a workbook with its type and format, and avoids wrong conversions by Excel."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import Cell, shown
from offline_collect.files.errors import UnwritableError
from offline_collect.files.formula_guard import is_formula
from offline_collect.files.write.sheet import Kind, Sheet, SheetCell
from offline_collect.files.write.xlsx_styles import Fill, Style, Styles

TEXT_MAX = 32_767
"""The most UTF-16 units in a cell of Excel."""

NUMBER_MAX = 10**15
"""Excel calculates with 15 digits: longer numbers are written as text, so that they stay exact."""


class CellWriter:
    """Writes cells of one workbook.

    Args:
        workbook: the xlsxwriter workbook.
        path: the file's path, for errors.
    """

    def __init__(self, workbook: Any, path: Path) -> None:
        self.styles = Styles(workbook)
        self._path = path

    def write(
        self,
        worksheet: Any,
        place: tuple[int, int],
        cell: SheetCell,
        sheet: Sheet,
        *,
        bold: bool = False,
        fill: Fill = Fill.NONE,
    ) -> None:
        """Write a cell; a blank one shows its colour only.

        Args:
            place: its row and column in the worksheet, from 0.
            bold: whether it belongs to the totals row.
        """
        row, at = place
        kind = sheet.columns[at].kind
        style = self.styles.of(sheet.columns[at], sheet.currency, bold=bold, fill=fill)
        if cell is None or cell == "":
            worksheet.write_blank(row, at, None, style)
        elif isinstance(cell, str):
            self.write_text(worksheet, row, at, cell, style, fill)
        elif kind is Kind.MONEY:
            assert isinstance(cell, int)
            self._write_money(worksheet, row, at, cell, sheet.currency, style)
        elif kind is Kind.INSTANT:
            worksheet.write_datetime(row, at, sheet.local(cell).replace(microsecond=0), style)
        else:
            self._write_plain(
                worksheet, row, at, cell, self.styles.number(cell, fill) if kind is Kind.CELL else style, fill
            )

    def _write_money(
        self, worksheet: Any, row: int, at: int, minor: int, currency: str, style: Style
    ) -> None:
        # The library writes a Decimal exactly; a float would be exact for some amounts only.
        exact = Decimal(minor).scaleb(-CURRENCIES[currency].decimals)
        if abs(minor) < NUMBER_MAX:
            worksheet.write_number(row, at, exact, style)
        else:
            self.write_text(worksheet, row, at, str(exact), style)

    def _write_plain(self, worksheet: Any, row: int, at: int, cell: Cell, style: Style, fill: Fill) -> None:
        if isinstance(cell, bool):
            worksheet.write_boolean(row, at, cell, style)
        elif isinstance(cell, int | float) and abs(cell) < NUMBER_MAX:
            worksheet.write_number(row, at, cell, style)
        elif isinstance(cell, dt.date | dt.time | dt.timedelta):
            worksheet.write_datetime(row, at, cell, self.styles.moment(cell, fill))
        else:
            self.write_text(worksheet, row, at, shown(cell), style, fill)

    def write_text(
        self,
        worksheet: Any,
        row: int,
        at: int,
        text: str,
        style: Style = None,
        fill: Fill = Fill.NONE,
    ) -> None:
        """Write a text that stays text, even if it looks like a number or formula.

        Raises:
            UnwritableError: it is too long for a cell.
        """
        if len(text) > TEXT_MAX // 2 and len(text.encode("utf-16-le")) > 2 * TEXT_MAX:
            raise UnwritableError(
                Phrase("cannot hold a text of {count} characters", count=len(text)),
                path=self._path,
                row=row + 1,
                remedy=Phrase("a cell takes {most}: shorten it, or write CSV", most=TEXT_MAX),
            )
        if text.startswith("<r>") and text.endswith("</r>"):
            # The library would take this for its own XML and write it unescaped.
            text += " "
        worksheet.write_string(row, at, text, self.styles.forced_text(fill) if is_formula(text) else style)
