"""Finds the bills of a list that it says were paid already: nobody is to pay them twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from offline_collect.domain.imports.left_out import is_zero
from offline_collect.domain.imports.paid_marks import Mark, MarkKind, is_left_to_pay
from offline_collect.domain.imports.titles import plain_title
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import Cell, MergedCell, Row, one_line, shown
from offline_collect.files.columns.converters import REMEMBERED_MAX
from offline_collect.files.columns.header import Header
from offline_collect.files.columns.layout import Layout
from offline_collect.files.columns.records import VALUE_SHOWN_MAX
from offline_collect.files.columns.title_places import AMOUNT
from offline_collect.files.columns.values import Value, amount
from offline_collect.files.errors import CellProblemError, RowProblem
from offline_collect.files.read.open import Table


class PaidMarks:
    """The columns of a table that say which bills were paid already, by their titles; none for customers."""

    def __init__(self, header: Header, layout: Layout, table: Table) -> None:
        self._titles = table.header
        self._currency = layout.currency
        self._words = layout.paid
        amounts = [found for found in header.columns if found.column.key == AMOUNT]
        self._left_to_pay = any(is_left_to_pay(found.title) for found in amounts)
        self._amounts_at = {found.index for found in amounts}
        taken = {found.index for found in (*header.columns, *header.inputs)}
        self._kinds: dict[int, MarkKind] = {}
        self._known: dict[MarkKind, dict[str, bool]] = {kind: {} for kind in MarkKind}
        if layout.paid is None or not amounts:
            return
        for place, title in enumerate(table.header):
            kind = layout.paid.kind_of(title)
            if kind is MarkKind.LEFT and self._left_to_pay:
                # Of two such columns one may be a part of the other.
                continue
            if kind is not None and place not in taken and plain_title(title) not in layout.ignored:
                self._kinds[place] = kind

    def says_something(self, row: Row) -> bool:
        """Whether a row may say that it was paid, or something that must be understood."""
        cells = row.cells
        return bool(self._kinds) and any(
            at < len(cells) and self._tells(cells[at], kind) for at, kind in self._kinds.items()
        )

    def _tells(self, cell: Cell, kind: MarkKind) -> bool:
        """Whether a cell says more than that nothing was paid; the cells of a column repeat often."""
        if not isinstance(cell, str):
            return True
        known = self._known[kind].get(cell)
        if known is None:
            known = self._mark(cell, kind, None) in {Mark.PAID, Mark.UNKNOWN}
            if len(self._known[kind]) < REMEMBERED_MAX:
                self._known[kind][cell] = known
        return known

    def says_paid(self, row: Row, values: Mapping[str, Value]) -> bool:
        """Whether a row says that its bill was paid, and nothing against it."""
        return {mark for _, mark in self._marks(row, values)} == {Mark.PAID}

    def instead_of_amount(self, row: Row) -> bool:
        """Whether a row says where its amount should be that it was paid: 已缴."""
        if self._words is None:
            return False
        texts = [_text(row.cells[at]) for at in self._amounts_at if at < len(row.cells)]
        return any(plain_title(text) in self._words.paid for text in texts)

    def problems(self, row: Row, values: Mapping[str, Value]) -> list[RowProblem]:
        """Return why a row that is not paid is refused: nobody knows if it is."""
        marks = list(self._marks(row, values))
        paid = any(mark is Mark.PAID for _, mark in marks)
        return [self._problem(row, at) for at, mark in marks if paid or mark is Mark.UNKNOWN]

    def _marks(self, row: Row, values: Mapping[str, Value]) -> Iterator[tuple[int, Mark]]:
        for at, kind in self._kinds.items():
            if at < len(row.cells) and (mark := self._mark(row.cells[at], kind, values.get(AMOUNT))):
                yield at, mark

    def _mark(self, cell: Cell, kind: MarkKind, due: Value | None) -> Mark | None:
        text = _text(cell)
        mark = None if self._words is None else self._words.mark(text, kind)
        if mark is not Mark.UNKNOWN or kind not in {MarkKind.MARK, MarkKind.LEFT}:
            return mark
        if is_zero(text):
            return Mark.UNPAID
        with suppress(CellProblemError):
            told = amount(text, self._currency)
            if self._left_to_pay:
                # What was paid is deducted from the amount already.
                return Mark.UNPAID
            if told != due:
                return Mark.UNKNOWN
            return Mark.UNPAID if kind is MarkKind.LEFT else Mark.PAID
        return mark

    def _problem(self, row: Row, at: int) -> RowProblem:
        title = self._titles[at]
        setting = f"ignore: [{title}]"
        remedy = Phrase(
            "write 已缴 or 未缴, and of a bill that was paid in part the amount that is left;"
            " or leave the column out in a mapping: {setting}",
            setting=setting,
        )
        reason = Phrase("does not say clearly whether the bill was paid already")
        return RowProblem(
            row=row.number,
            column=title,
            value=_text(row.cells[at])[:VALUE_SHOWN_MAX],
            reason=reason,
            remedy=remedy,
            cells=row.cells,
        )


def _text(cell: Cell) -> str:
    return one_line(shown(cell.above if isinstance(cell, MergedCell) else cell))
