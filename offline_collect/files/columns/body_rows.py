"""The rows of a table as texts, without its totals, signatures, notes and headings: for rules that look at its first rows."""

from __future__ import annotations

from collections.abc import Sequence

from offline_collect.domain.imports.left_out import RowTexts, row_class
from offline_collect.files.cells import Cell, MergedCell, Row, one_line, shown


def body_and_others(rows: Sequence[Row], titles: Sequence[str]) -> tuple[list[Row], list[Row]]:
    """Return the rows of a table, and those that are none of it."""
    others = [row for row in rows if _is_no_row(row, titles)]
    return [row for row in rows if row not in others], others


def _is_no_row(row: Row, titles: Sequence[str]) -> bool:
    """Whether a row is a total, a signature, a note or a heading."""
    texts = [cell_text(cell) for cell in row.cells]
    row_texts = RowTexts(
        texts=texts, titles=titles, amount=None, key="", customer=[], heading_at=frozenset(range(len(texts)))
    )
    return row_class(row_texts) is not None


def cell_text(cell: Cell) -> str:
    """Return what a cell shows, in one line."""
    return one_line(shown(cell.above if isinstance(cell, MergedCell) else cell))
