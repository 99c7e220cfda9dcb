"""Refuses columns of amounts whose titles, or the rows above, say that they are in another unit, or not to be paid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.currency_signs import signs_of
from offline_collect.domain.imports.titles import plain_title
from offline_collect.domain.imports.units import YUAN, stated_unit, unit_above, unknown_words
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import MergedCell, Row, one_line, shown
from offline_collect.files.columns.layout import Layout
from offline_collect.files.columns.slices import Found
from offline_collect.files.errors import HeaderError
from offline_collect.files.read.open import Table

_AMOUNT = "amount"
"""Name of the type of amounts in a layout."""


def check_units(table: Table, layout: Layout, columns: Sequence[Found]) -> None:
    """Refuse amounts in another unit than the merchant's currency: 金额（万元）, or 单位：万元 above the table.

    What else stands in brackets of an amount's title may make it another amount, such as 应缴（每月）; a mapping that
    names the column says that it is meant.

    Raises:
        HeaderError: names the column, or the row above the table.
    """
    amounts = [found for found in columns if found.column.type == _AMOUNT]
    for found in amounts:
        _check_title(table, layout, found)
    for row in table.above if amounts else ():
        unit = unit_above(_texts(row), layout.currency)
        if unit is not None:
            reason = Phrase("says that amounts are in {unit}", unit=unit)
            remedy = Phrase("write the amounts in {currency}, and delete this row", currency=_money(layout))
            raise HeaderError(reason, path=table.path, row=row.number, remedy=remedy)


def _check_title(table: Table, layout: Layout, found: Found) -> None:
    column, title = found.column, found.title
    if column.title is None and plain_title(title) in map(plain_title, (column.key, column.label)):
        return
    unit = stated_unit(title, layout.currency)
    if unit is not None:
        reason = Phrase("its title says {words}: that is not the amount to be paid", words=unit)
        remedy = Phrase(
            "write the amounts to be paid in {currency}, and change the title", currency=_money(layout)
        )
        _refuse(table, found, reason, remedy)
    if column.title is not None or layout.tables or layout.months is not None:
        return
    harmless = {*map(plain_title, (column.key, column.label)), *column.also, *_words(layout)}
    words = unknown_words(title, harmless)
    if words is not None:
        reason = Phrase("its title also says {words}: that may be another amount", words=words)
        setting = f"columns: {{{column.key}: {title}}}"
        remedy = Phrase(
            "if it is what is to be paid, rename it to {label}, or say so in a mapping: {setting}",
            label=column.label,
            setting=setting,
        )
        _refuse(table, found, reason, remedy)


def _words(layout: Layout) -> frozenset[str]:
    """Return what may stand in brackets of an amount's title: the merchant's own currency."""
    if layout.currency == YUAN:
        return layout.harmless | {CURRENCIES[YUAN].code.casefold()}
    return frozenset(signs_of(layout.currency))


def _money(layout: Layout) -> str:
    return "元" if layout.currency == YUAN else CURRENCIES[layout.currency].code


def _texts(row: Row) -> list[str]:
    return ["" if isinstance(cell, MergedCell) else one_line(shown(cell)) for cell in row.cells]


def _refuse(table: Table, found: Found, reason: Phrase, remedy: Phrase) -> NoReturn:
    name = f"{found.title} ({found.column.key})"
    raise HeaderError(reason, path=table.path, row=table.header_row, column=name, remedy=remedy)
