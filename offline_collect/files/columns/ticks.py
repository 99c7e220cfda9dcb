"""The column whose √ says which rows are bills, where a mapping names one: 报名 in a list with one price for all."""

from __future__ import annotations

from offline_collect.domain.imports.ticked import Tick, tick
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import Row, one_line, shown
from offline_collect.files.columns.layout import Layout
from offline_collect.files.columns.slices import reach_of
from offline_collect.files.columns.title_places import written_places
from offline_collect.files.errors import HeaderError, RowProblem
from offline_collect.files.read.open import Table

_SHOWN_MAX = 60


class Ticks:
    """Says of a row whether it is a bill; without such a column all rows are."""

    def __init__(self, table: Table, layout: Layout) -> None:
        """Find the column.

        Raises:
            HeaderError: it is not there, or there twice.
        """
        self._title = layout.marks or ""
        self._place: int | None = None
        if layout.marks is not None:
            self._place = _place(table, layout, layout.marks)

    def of(self, row: Row) -> Tick:
        """Return what a row says."""
        if self._place is None:
            return Tick.DUE
        return tick(self._text(row))

    def problem(self, row: Row) -> RowProblem:
        """Return the problem of a row whose cell is neither yes nor no."""
        return RowProblem(
            row=row.number,
            column=self._title,
            value=self._text(row)[:_SHOWN_MAX],
            reason=Phrase("does not say whether this is a bill"),
            remedy=Phrase("write √ or 是 for a bill, × or nothing for none"),
            cells=row.cells,
        )

    def _text(self, row: Row) -> str:
        place = self._place
        return "" if place is None or place >= len(row.cells) else one_line(shown(row.cells[place]))


def _place(table: Table, layout: Layout, name: str) -> int:
    found = written_places(name, table.header, reach_of(table), layout.ours)
    if len(found) != 1:
        reason = (
            Phrase("is there twice, but the mapping names it")
            if found
            else Phrase("is not there, but the mapping names it")
        )
        remedy = Phrase("write the column's letters into the mapping")
        raise HeaderError(reason, path=table.path, row=table.header_row, column=name, remedy=remedy)
    return found[0]
