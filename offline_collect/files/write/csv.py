"""Writes CSV files for Excel, databases and programs: one heading line, then the rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from offline_collect.domain.money import format_major
from offline_collect.files.cells import shown
from offline_collect.files.formula_guard import guard
from offline_collect.files.write.atomic_file import destination
from offline_collect.files.write.sheet import Kind, Sheet, SheetCell, Tally, Written

Encoding: TypeAlias = Literal["utf-8-sig", "utf-8", "gb18030"]


def write_csv(
    path: Path,
    sheet: Sheet,
    *,
    encoding: Encoding = "utf-8-sig",
    overwrite: bool = False,
    totals: bool = False,
) -> Written:
    """Write a sheet as CSV.

    Amounts are plain decimals in major units, dates ISO 8601, instants local time of the zone in the heading.
    Identifiers are unchanged: Excel shows long ones correctly only in a workbook.

    Args:
        path: of the file; it appears only when complete.
        sheet: the sheet to write, without its notes.
        encoding: UTF-8 with a byte order mark, which Excel needs; or an encoding of older Chinese programs.
        overwrite: replace an existing file.
        totals: end with the totals row.

    Raises:
        UnwritableError: the file exists, or the folder is not writable.
    """
    tally = Tally(sheet)
    kinds = [column.kind for column in sheet.columns]

    def line(row: Sequence[SheetCell]) -> list[str]:
        return [_text(cell, kind, sheet) for cell, kind in zip(row, kinds, strict=True)]

    with destination(path, overwrite=overwrite) as stream:
        text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        try:
            writer = csv.writer(text)
            writer.writerow([guard(heading) for heading in sheet.headings])
            writer.writerows(map(line, tally.passing()))
            if totals and (row := tally.totals_row()):
                writer.writerow(line(row))
        finally:
            text.detach()
    return tally.written()


def _text(cell: SheetCell, kind: Kind, sheet: Sheet) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guard(cell)
    if kind is Kind.MONEY:
        assert isinstance(cell, int)
        return format_major(cell, sheet.currency)
    return shown(sheet.local(cell).replace(microsecond=0) if kind is Kind.INSTANT else cell)
