"""Reads the amounts beside the one to pay, to compare each row's sum with it."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal, InvalidOperation

from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.imports.left_out import is_nothing
from offline_collect.domain.imports.row_sums import DifferingRow, RowSums, parts_of
from offline_collect.domain.imports.titles import plain_title
from offline_collect.files.cells import Cell, RoundedNumber
from offline_collect.files.columns.header import Header
from offline_collect.files.columns.layout import Layout
from offline_collect.files.columns.records import Record
from offline_collect.files.columns.title_places import AMOUNT
from offline_collect.files.read.open import Table


class ComparedSums:
    """Compares the amounts of a table's records with the sums of the other amounts of their rows."""

    def __init__(self, header: Header, layout: Layout, table: Table, sums: RowSums | None) -> None:
        taken = {found.index for found in (*header.columns, *header.inputs)}
        taken |= {at for at, title in enumerate(table.header) if plain_title(title) in layout.ignored}
        has_amount = any(found.column.key == AMOUNT for found in header.columns)
        compares = sums is not None and has_amount and not header.slices
        self._parts = parts_of(table.header, taken) if compares else None
        self._sums = sums or RowSums()
        self._decimals = CURRENCIES[layout.currency].decimals
        self._minor_units = int(10**self._decimals)
        amounts = [found.index for found in header.columns if found.column.key == AMOUNT]
        self._places = [*amounts, *(self._parts.added if self._parts else ())]

    def compare(self, record: Record) -> None:
        """Compare a record; one of which a part is no number is passed over."""
        parts, stated = self._parts, record.values.get(AMOUNT)
        if parts is None or not isinstance(stated, int):
            return
        cells = record.cells
        added = [self._minor(cells[at]) for at in parts.added if at < len(cells)]
        deducted = [self._minor(cells[at]) for at in parts.deducted if at < len(cells)]
        numbers = [each for each in added if each is not None]
        less = [abs(each) for each in deducted if each is not None]
        if len(numbers) < len(added) or len(less) < len(deducted):
            return
        # Amounts that Excel shows rounded need not add up to the cent.
        rounded = any(isinstance(cells[at], RoundedNumber) for at in self._places if at < len(cells))
        found = DifferingRow(record.row, parts.words, stated, sum(numbers) - sum(less))
        self._sums.compare(found, tolerance=len(added) if rounded else 0)

    def _minor(self, cell: Cell) -> int | None:
        """Return an amount in minor units, also zero or less; None for what is none."""
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return round(cell * self._minor_units)
        if not isinstance(cell, str):
            return None
        if is_nothing(cell.strip()):
            return 0
        with suppress(InvalidOperation):
            number = Decimal(cell.replace(",", "").replace("，", "").strip(" ¥￥元"))
            return round(number.scaleb(self._decimals)) if number.is_finite() else None
        return None
