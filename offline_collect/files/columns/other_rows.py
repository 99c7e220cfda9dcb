"""Finds the rows of a merchant's table that are neither bills nor customers, such as totals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import field

from offline_collect.domain.imports.left_out import (
    RowClass,
    RowTexts,
    Sums,
    is_group_total,
    names_customer,
    row_class,
)
from offline_collect.domain.imports.titles import loose_title, plain_title
from offline_collect.domain.values import value
from offline_collect.files.cells import Cell, MergedCell, Row, one_line, shown
from offline_collect.files.columns.converters import column_value
from offline_collect.files.columns.header import Header
from offline_collect.files.columns.hidden_days import other_day
from offline_collect.files.columns.layout import Column, Layout
from offline_collect.files.columns.paid_marks import PaidMarks
from offline_collect.files.columns.title_places import AMOUNT
from offline_collect.files.columns.values import Value, amount
from offline_collect.files.errors import CellProblemError
from offline_collect.files.read.open import Table


@value
class LeftOutRow:
    """A row that is neither a bill nor a customer: a total, a heading, a row of nothing.

    Attributes:
        row: as a spreadsheet numbers it, from 1.
        row_class: what it is.
        number: of its bill or customer, as an import reads it; '' if it has none.
        stated: the sum that a total states, if the rows above it have another (minor units).
        summed: theirs.
        values: of a row with nothing to pay, whose bill is in the file all the same, if its number is made of them.
        inputs: likewise.
        last_day: that it states, if all bills have another one.
        item: of the bills below a heading, with its column.
    """

    row: int
    row_class: RowClass
    number: str = field(default="", repr=False)
    stated: int | None = None
    summed: int | None = None
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    inputs: Mapping[str, str] = field(default_factory=dict, repr=False)
    last_day: dt.date | None = None
    item: tuple[Column, str] | None = None


class OtherRows:
    """Finds the rows to leave out, and compares the sums that totals state with those of the rows above them.

    Attributes:
        paid: the columns that say which bills were paid already.
    """

    def __init__(self, header: Header, layout: Layout, table: Table) -> None:
        self._titles = table.header
        self._header_rows = [[_text(cell) for cell in row.cells] for row in table.header_rows]
        self._layout = layout
        self._currency = layout.currency
        by_key = {found.column.key: found.index for found in header.columns}
        self._key_at = by_key.get(layout.columns[0].key)
        self._key = layout.columns[0]
        self._is_ours = header.is_ours
        self._amount_at = by_key.get(AMOUNT)
        inputs = {found.index for found in header.inputs}
        names = {by_key[key] for key in (layout.stands_for_inputs,) if key in by_key}
        self._customer_at = sorted(inputs | names)
        # A text alone in one of these says less than a record does; alone elsewhere it may be all that is left of one.
        self._heading_at = frozenset(range(len(self._titles))) - (
            set(by_key.values()) - set(self._customer_at) - {self._key_at}
        )
        self._names = [
            (
                found.index,
                {plain_title(found.column.key), plain_title(found.column.label), *found.column.also},
            )
            for found in header.columns
            if found.column.type in {AMOUNT, "date"}
        ]
        self._below = table.header_row + max(len(table.header_rows), 1)
        self._sums = Sums()
        self.paid = PaidMarks(header, layout, table)

    def count(self, values: Mapping[str, Value]) -> None:
        """Add the amount of a record, by its values, to the sums."""
        if self._amount_at is not None and isinstance(found := values.get(AMOUNT), int):
            self._sums.add(found)

    def left_out(self, row: Row) -> LeftOutRow | None:
        """Return a row that is to be left out; None for one that is a bill or customer, or should be."""
        here = self._texts_of(row)
        found = RowClass.HEADER_AGAIN if self._titles_again(row, here.texts) else row_class(here)
        if found is RowClass.TOTAL:
            return self._total(row, here)
        if found is None:
            return None
        return LeftOutRow(row.number, found, self._number_of(row), last_day=other_day(row, self._layout))

    def _titles_again(self, row: Row, texts: Sequence[str]) -> bool:
        """Whether the row below the header has the titles in other words; further down they are another table's."""
        if row.number != self._below or any(any(map(str.isdigit, text)) for text in texts):
            return False
        named = (
            {plain_title(text := _at(texts, at)), loose_title(text)} & names for at, names in self._names
        )
        return any(named)

    def states_only(self, row: Row) -> bool:
        """Whether a row has an amount, but does not say whose it is."""
        return self._stated(row) is not None and not names_customer(self._texts_of(row))

    def take_back(self, row: Row) -> int | None:
        """Return the amount of a row that is a total, and take it back from the sums; None if it has none."""
        stated = self._stated(row)
        if stated is not None:
            self._sums.add(-stated)
        return stated

    @property
    def summed(self) -> int:
        """The sum of all records so far."""
        return self._sums.all

    def _texts_of(self, row: Row) -> RowTexts:
        texts = [_text(cell) for cell in row.cells]
        return RowTexts(
            texts=texts,
            titles=self._titles,
            amount=self._amount_of(row, texts),
            key=_at(texts, self._key_at),
            customer=[_at(texts, index) for index in self._customer_at],
            heading_at=self._heading_at,
            rows=self._header_rows,
        )

    def row_without_bill(
        self, row: Row, row_class: RowClass, values: Mapping[str, Value], inputs: Mapping[str, str]
    ) -> LeftOutRow:
        """Return a row whose bill was paid already, or is none."""
        return LeftOutRow(row.number, row_class, self._number_of(row), values=values, inputs=inputs)

    def _amount_of(self, row: Row, texts: Sequence[str]) -> str | None:
        if self._amount_at is None:
            return None
        cell = _cell(row, self._amount_at)
        # Beside a merged cell there may be an amount that nobody can tell; a heading is all that its row says.
        hides = isinstance(cell, MergedCell) and cell.above == "" and sum(map(bool, texts)) > 1
        return repr(cell) if hides else _at(texts, self._amount_at)

    def _number_of(self, row: Row) -> str:
        """Return a row's number as an import reads it: its bill is in the file, although the row is left out."""
        with suppress(CellProblemError):
            return str(column_value(self._key, _cell(row, self._key_at), self._currency) or "")
        return ""

    def _stated(self, row: Row) -> int | None:
        with suppress(CellProblemError):
            return amount(_cell(row, self._amount_at), self._currency)
        return None

    def _total(self, row: Row, here: RowTexts) -> LeftOutRow | None:
        if self._is_ours:
            # In an error workbook the rows have another order: no sum fits.
            return LeftOutRow(row.number, RowClass.TOTAL)
        stated = self._stated(row)
        of_group = any(map(is_group_total, here.texts))
        summed = None if stated is None else self._sums.differing(stated, of_group=of_group)
        if names_customer(here) and (stated is None or summed is not None):
            # It may be a bill whose number is wrong.
            return None
        if summed is None:
            return LeftOutRow(row.number, RowClass.TOTAL)
        return LeftOutRow(row.number, RowClass.TOTAL, "", stated, summed)


def _text(cell: Cell) -> str:
    return one_line(shown(cell.above if isinstance(cell, MergedCell) else cell))


def _cell(row: Row, index: int | None) -> Cell:
    return row.cells[index] if index is not None and index < len(row.cells) else ""


def _at(texts: Sequence[str], index: int | None) -> str:
    return texts[index] if index is not None and index < len(texts) else ""
