"""Refuses to take one fee for all that is to be paid, where other columns have prices too: 餐费 beside 校服 and 学平险."""

from __future__ import annotations

from collections.abc import Sequence

from offline_collect.domain.imports.item_columns import chosen_items
from offline_collect.domain.imports.left_out import is_nothing
from offline_collect.domain.imports.seen_columns import SeenColumn, fee_named
from offline_collect.domain.imports.titles import plain_title
from offline_collect.domain.imports.written_amounts import written_amount
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import column_letters
from offline_collect.files.columns.body_rows import body_and_others, cell_text
from offline_collect.files.columns.header import Header
from offline_collect.files.columns.title_places import AMOUNT
from offline_collect.files.errors import HeaderError
from offline_collect.files.read.open import Table

_TOLD_MAX = 4


def check_items_beside(table: Table, header: Header) -> None:
    """Refuse a table whose amount is named as one fee, if its first rows have prices in columns that nothing names.

    A mapping that names the amount says that it is all.

    Raises:
        HeaderError: names the columns.
    """
    amount = next((found for found in header.columns if found.column.key == AMOUNT), None)
    if amount is None or amount.column.title or header.slices or fee_named(amount.title) is None:
        return
    if plain_title(amount.title) in {plain_title(amount.column.label), *amount.column.also}:
        return
    taken = {found.index for found in (*header.columns, *header.inputs)}
    unknown = {place: title for place, title in enumerate(table.header) if title and place not in taken}
    others = chosen_items([each for each in _seen(table) if each.place in unknown])
    if not others:
        return
    titles = ", ".join(f"{each.letter} {each.title}" for each in others[:_TOLD_MAX])
    reason = Phrase("is one fee, and {titles} may be to be paid too", titles=titles)
    setting = f"columns: {{{AMOUNT}: {amount.title}}}"
    remedy = Phrase(
        "if it is all that is to be paid, say so in a mapping: {setting}; if not, each item needs its bill",
        setting=setting,
    )
    name = f"{amount.title} ({AMOUNT})"
    raise HeaderError(reason, path=table.path, row=table.header_row, column=name, remedy=remedy)


def _seen(table: Table) -> list[SeenColumn]:
    """Return the columns of a table as its first rows show them."""
    rows, _ = body_and_others(table.first, table.header)
    first = table.hidden.first_column
    columns = [
        [cell_text(row.cells[place]) if place < len(row.cells) else "" for row in rows]
        for place in range(len(table.header))
    ]
    return [
        SeenColumn(
            place=place,
            letter=column_letters(first + place),
            title=table.header[place],
            texts=texts,
            amounts=_amounts(texts),
        )
        for place, texts in enumerate(columns)
    ]


def _amounts(texts: Sequence[str]) -> int:
    return sum(is_nothing(text) or written_amount(text) is not None for text in texts if text)
