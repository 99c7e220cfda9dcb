"""Which sheet of a workbook a proposed mapping is made of: a cover sheet has no bills."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from pathlib import Path

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.columns.by_titles import by_titles
from offline_collect.files.columns.header import header_finder, match_header
from offline_collect.files.columns.layout import Layout
from offline_collect.files.errors import HeaderError
from offline_collect.files.read.open import Table, open_table

_ROWS_COUNTED = 10_000
"""Of more rows nobody needs to know how many there are."""


def likeliest_sheet(path: Path, layout: Layout) -> str | None:
    """Return the name of the sheet that an import would take; None if the file has one.

    The first whose header fits is taken, or else the one with the most known titles, and of these with the most rows.

    Raises:
        FileError: the file cannot be read.
    """
    seen: list[tuple[bool, int, int, str]] = []

    def look(table: Table) -> frozenset[str]:
        fits = _fits(table, layout)
        columns, inputs = by_titles(table.header, layout)
        known = sum(bool(each.places) for each in (*columns, *inputs))
        rows = 0 if fits else sum(1 for _ in islice(table, _ROWS_COUNTED))
        seen.append((fits, 0 if fits else known, rows, str(table.sheet)))
        # So that the next sheet is looked at too.
        raise HeaderError(Phrase("is only looked at"), path=path, remedy=Phrase("look at the next sheet"))

    with suppress(HeaderError):
        open_table(path, find=header_finder(layout), reads=look).close()
    return max(seen, key=lambda each: each[:-1])[-1] if seen else None


def _fits(table: Table, layout: Layout) -> bool:
    with suppress(HeaderError):
        match_header(table, layout)
        return True
    return False
