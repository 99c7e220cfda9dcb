"""CSV files: one heading line, then the rows, as Excel, databases and programs take them."""

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

    Amounts are plain decimals in major units, dates ISO 8601, instants local time without their zone, which
    the heading names. Identifiers are as they are: Excel shows long ones whole in a workbook only.

    Args:
        path: of the file; it appears only when complete.
        sheet: what is written; its notes are left out.
        encoding: UTF-8 with a byte order mark, by which Excel knows it; or what older Chinese programs read.
        overwrite: take the place of a file that is there.
        totals: end with the totals row.

    Raises:
        UnwritableError: a file is there, or the folder takes none.
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
