"""What the titles of a table state for all of its rows, where no column says it: the period, the last day of payment, and what is paid for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from offline_collect.domain.imports.seen_columns import fee_named
from offline_collect.domain.imports.stated_period import stated_period
from offline_collect.domain.imports.titles import loose_title, plain_title
from offline_collect.domain.values import value
from offline_collect.files.cells import Cell, MergedCell, one_line, shown
from offline_collect.files.columns.dates import of_period
from offline_collect.files.columns.header import TITLE_MAX, Header
from offline_collect.files.columns.layout import Column, Layout
from offline_collect.files.columns.slices import Found
from offline_collect.files.columns.stated_dates import day_of_payment
from offline_collect.files.columns.title_places import AMOUNT, DUE_DATE, PERIOD
from offline_collect.files.columns.values import PARSERS, Value
from offline_collect.files.read.open import Table

_DUE = re.compile("应[缴收交付]")

DESCRIPTION = "description"
"""Key of the column that says what is paid for."""


@value
class StatedValue:
    """A value of all rows of a table.

    Attributes:
        column: of the layout.
        row: that states it, as a spreadsheet numbers it; 0 if the sheet's name does, or a title of the header.
        value: of the records, if it is not the text.
    """

    column: Column
    text: str
    row: int = 0
    value: Value | None = None


def stated_values(table: Table, header: Header, layout: Layout) -> tuple[StatedValue, ...]:
    """Return what a table states for all of its rows that neither a column nor a mapping says."""
    known = {found.column.key for found in header.columns} | layout.constants.keys()
    known |= {key for each in header.slices for key in each.constants}
    lacking = {column.key: column for column in layout.columns if column.key not in known}
    found = []
    if PERIOD in lacking:
        found.append(_period(table, lacking[PERIOD]))
    if DUE_DATE in lacking and (day := day_of_payment(table.above)) is not None:
        found.append(StatedValue(lacking[DUE_DATE], day.text, day.row, dt.date.fromisoformat(day.text)))
    if DESCRIPTION in lacking:
        found.append(_item(header, lacking[DESCRIPTION]))
    return tuple(each for each in found if each is not None)


def with_stated(layout: Layout, stated: tuple[StatedValue, ...]) -> Layout:
    """Return a layout whose records have the stated values too."""
    more = {each.column.key: each.value or each.text for each in stated}
    return replace(layout, constants={**layout.constants, **more}) if more else layout


def period_note(stated: StatedValue) -> str:
    """Return a text to stand above a table that states a period."""
    year, dash, month = stated.text.partition("-")
    is_month = dash and month.isdecimal() and len(month) == len("MM")
    return f"{stated.column.label}：{f'{year}年{int(month)}月' if is_month else stated.text}"


def dated_by_period(header: Header, table: Table) -> Header:
    """Return a header under which a day without a year is of the period that the table states, if it states one."""
    stated = period_of(table)
    if stated is None:
        return header
    parse = of_period(stated)

    def dated(columns: Sequence[Found]) -> tuple[Found, ...]:
        return tuple(
            replace(each, column=replace(each.column, parse=parse))
            if each.column.parse is PARSERS["date"]
            else each
            for each in columns
        )

    slices = tuple(replace(each, columns=dated(each.columns)) for each in header.slices)
    return replace(header, columns=dated(header.columns), shared=dated(header.shared), slices=slices)


def period_of(table: Table) -> str | None:
    """Return the period that the rows above a table, its groups of columns or the name of its sheet state."""
    return stated_period(stated_texts(table))


def stated_texts(table: Table) -> list[str]:
    """Return the name of a table's sheet, and what stands above the table and its groups of columns."""
    return [table.sheet or "", *(text for texts in _texts(table).values() for text in texts)]


def _texts(table: Table) -> dict[int, list[str]]:
    """Return what stands above a table, by row."""
    rows = {
        row.number: [
            text
            for cell in row.cells
            if not isinstance(cell, MergedCell) and len(text := one_line(shown(cell))) <= TITLE_MAX
        ]
        for row in table.above
    }
    return rows | _groups(table)


def _period(table: Table, column: Column) -> StatedValue | None:
    rows, period = _texts(table), period_of(table)
    if period is None or (column.most is not None and len(period) > column.most):
        return None
    says = (number for number, texts in rows.items() if stated_period(texts) == period)
    return StatedValue(column, period, next(says, 0))


def _groups(table: Table) -> dict[int, list[str]]:
    """Return the titles of what is due that stand above several columns, by their row: 2030年12月应收."""
    return {
        row.number: [text for text in map(_title, row.cells) if _DUE.search(text) and len(text) <= TITLE_MAX]
        for row in table.header_rows[:-1]
    }


def _title(cell: Cell) -> str:
    return "" if isinstance(cell, MergedCell) else one_line(shown(cell))


def _item(header: Header, column: Column) -> StatedValue | None:
    """Return the fee that the only column of amounts is called by: 餐费, 应缴物业费."""
    amounts = [found for found in header.columns if found.column.key == AMOUNT]
    if len(amounts) != 1 or header.slices:
        return None
    [amount] = amounts
    usual = {plain_title(amount.column.key), plain_title(amount.column.label), *amount.column.also}
    if {plain_title(amount.title), loose_title(amount.title)} & usual:
        return None
    fee = fee_named(amount.title)
    return None if fee is None else StatedValue(column, fee)
