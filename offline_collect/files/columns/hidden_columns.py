"""Which hidden columns of a table an import uses."""

from __future__ import annotations

from offline_collect.files.columns.header import match_header
from offline_collect.files.columns.layout import Layout
from offline_collect.files.columns.slices import title_at
from offline_collect.files.read.open import Table


def hidden_titles(table: Table, layout: Layout) -> tuple[str, ...]:
    """Return the titles of hidden columns that the layout uses, in the table's order.

    Raises:
        HeaderError: as :func:`match_header`.
    """
    header = match_header(table, layout)
    taken = {found.index for found in header.all}
    return tuple(title_at(table, index) for index in sorted(taken & table.hidden.columns))
