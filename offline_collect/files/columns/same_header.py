"""Which sheets of a workbook have the same header: those are one file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from offline_collect.domain.imports.titles import plain_title
from offline_collect.files.columns.header import match_header
from offline_collect.files.columns.layout import Layout
from offline_collect.files.errors import HeaderError
from offline_collect.files.read.open import Table


def titles_reader(
    layout: Layout, remembers: Callable[[Sequence[str]], bool] | None = None
) -> Callable[[Table], frozenset[str]]:
    """Return a function that returns the titles of a table which a layout reads, regardless of their order.

    Further columns (extras) do not count: one class's sheet may have a column of remarks that another's lacks. The
    function raises HeaderError for a header that does not fit.

    Args:
        layout: the columns.
        remembers: whether some titles are a header that was read before, by a mapping that is not known yet.
    """

    def read(table: Table) -> frozenset[str]:
        try:
            header = match_header(table, layout)
        except HeaderError:
            if remembers is None or not remembers(table.header):
                raise
            return frozenset(map(plain_title, table.header))
        return frozenset(plain_title(found.title) for found in (*header.columns, *header.inputs))

    return read
