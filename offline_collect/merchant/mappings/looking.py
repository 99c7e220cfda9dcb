"""Looks at the columns of a file: what its first rows show of each, and which of them make a number together."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from offline_collect.domain.imports.composed_numbers import rooms_of
from offline_collect.domain.imports.date_order import date_order
from offline_collect.domain.imports.left_out import is_nothing
from offline_collect.domain.imports.seen_columns import SeenColumn, is_last_day
from offline_collect.domain.imports.title_days import is_until
from offline_collect.domain.imports.units import stated_unit
from offline_collect.domain.imports.year_and_month import joined_period
from offline_collect.domain.lookup_keys import lookup_keys
from offline_collect.files.cells import Cell, Row, column_letters, is_blank
from offline_collect.files.columns.body_rows import cell_text
from offline_collect.files.columns.dates import date, of_period
from offline_collect.files.columns.layout import Layout
from offline_collect.files.columns.mapping import DATES
from offline_collect.files.columns.values import Parser, amount, parse
from offline_collect.files.columns.year_and_month import joined_places, template_of
from offline_collect.files.errors import CellProblemError
from offline_collect.merchant.common.target import Target
from offline_collect.merchant.imports.bill_owners import Names
from offline_collect.store import StoreTransaction, customers_by_key
from offline_collect.store.backoffice.bills import existing_customers

NUMBER_MAX = 32


class Looking:
    """What the rows of a file show of each column."""

    def __init__(
        self, reading: StoreTransaction, target: Target, rows: Sequence[Row], period: str | None
    ) -> None:
        self._reading = reading
        self._target = target
        self._rows = rows
        self._dated = date if period is None else of_period(period)

    def columns(self, titles: Sequence[str], first_column: int) -> list[SeenColumn]:
        """Return the columns of a table."""
        width = max([len(titles), *(len(row.cells) for row in self._rows)], default=0)
        cells = [
            [row.cells[place] if place < len(row.cells) else "" for row in self._rows]
            for place in range(width)
        ]
        texts = [[cell_text(cell) for cell in column] for column in cells]
        known = self._customers(texts)
        names = Names(self._reading, self._target.merchant.merchant_id) if self._may_name_payers() else None
        return [
            SeenColumn(
                place=place,
                letter=column_letters(first_column + place),
                title=titles[place] if place < len(titles) else "",
                texts=texts[place],
                dates=self._dates(titles, place, cells[place]),
                amounts=sum(self._is_amount(cell) for cell in cells[place]),
                customers=sum(text in known for text in texts[place]),
                payers=0
                if names is None
                else sum(len(names.numbers(text)) == 1 for text in texts[place] if text),
                known_inputs=self._found(texts[place]),
                taken_inputs=self._taken(texts[place]),
                unit=self._unit(titles, place),
            )
            for place in range(width)
        ]

    def made(
        self, columns: Sequence[SeenColumn], *, needs_own: bool
    ) -> tuple[list[SeenColumn], frozenset[int]]:
        """Return a number of customers that several columns make, as a further column, and their places; else none.

        Args:
            needs_own: whether each row must have a number of its own, as in a list of customers; otherwise it must find
                the merchant's customers.
        """
        titles, letters = [each.title for each in columns], [each.letter for each in columns]
        rows = list(zip(*(each.texts for each in columns), strict=True))
        for composed in rooms_of(titles, letters):
            texts = [composed.text(row) for row in rows]
            known = self._customers([texts])
            column = SeenColumn(
                place=len(columns),
                letter="+".join(letters[place] for place in composed.places),
                title=composed.template,
                texts=texts,
                customers=sum(text in known for text in texts),
                known_inputs=self._found(texts),
                taken_inputs=self._taken(texts),
            )
            finds = column.names_customers() or any(map(column.finds_customers, column.known_inputs))
            if column.differs() if needs_own else finds:
                return [column], frozenset(composed.places)
        return [], frozenset()

    def _dates(self, titles: Sequence[str], place: int, cells: Sequence[Cell]) -> int:
        """Return how many cells an import reads as dates; 1-20 is one only below a title that says so, or as 1-20前."""
        filled = [text for cell in cells if (text := cell_text(cell))]
        says_day = (place < len(titles) and is_last_day(titles[place])) or all(map(is_until, filled))
        order = date_order(filled)
        parser = self._dated if says_day else date
        return sum(reads(DATES[order] if order else parser, cell) for cell in cells)

    def _unit(self, titles: Sequence[str], place: int) -> str:
        title = titles[place] if place < len(titles) else ""
        return stated_unit(title, self._target.merchant.currency) or ""

    def _may_name_payers(self) -> bool:
        return self._target.layout.payer is not None

    def _is_amount(self, cell: Cell) -> bool:
        currency = self._target.merchant.currency
        return not is_blank(cell) and (is_nothing(cell_text(cell)) or reads(amount, cell, currency))

    def _customers(self, texts: Sequence[Sequence[str]]) -> set[str]:
        numbers = {
            text for column in texts for text in column if 0 < len(text) <= NUMBER_MAX and text.isprintable()
        }
        merchant_id = self._target.merchant.merchant_id
        return existing_customers(self._reading, merchant_id, sorted(numbers)) if numbers else set()

    def _found(self, texts: Sequence[str]) -> dict[str, int]:
        """Return how many values find a customer, by each input that finds one alone."""
        form, found = self._target.form, {}
        alone = {group[0].key for group in self._target.layout.groups if len(group) == 1}
        for asked in form.inputs:
            if asked.key not in alone:
                continue
            read = [asked.read(text) if text else None for text in texts]
            keys = [lookup_keys(form, {asked.key: each})[0] for each in read if isinstance(each, str)]
            known = customers_by_key(self._reading, self._target.merchant.merchant_id, keys) if keys else {}
            found[asked.key] = sum(key in known for key in keys)
        return found

    def _taken(self, texts: Sequence[str]) -> dict[str, int]:
        """Return how many values each input of the form accepts."""
        return {
            asked.key: sum(isinstance(asked.read(text), str) for text in texts if text)
            for asked in self._target.form.inputs
        }


def joined_periods(columns: Sequence[SeenColumn], layout: Layout) -> list[SeenColumn]:
    """Return the period that the columns of a year and a month make, as a further column; none if there are none."""
    titles = [each.title for each in columns]
    found = joined_places(layout, titles)
    if found is None:
        return []
    year, part = columns[found.year], columns[found.part]
    pairs = zip(year.texts, part.texts, strict=True)
    made = SeenColumn(
        place=len(columns),
        letter=f"{year.letter}+{part.letter}",
        title=template_of(titles, found),
        texts=[joined_period(*pair, part.title) or "" for pair in pairs],
    )
    return [made]


def reads(parser: Parser, cell: Cell, currency: str = "156") -> bool:
    """Return whether an import takes a cell."""
    if is_blank(cell):
        return False
    with suppress(CellProblemError):
        parse(parser, cell, currency)
        return True
    return False
