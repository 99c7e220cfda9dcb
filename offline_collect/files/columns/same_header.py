"""Which sheets of a workbook have the same header: those are one file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from offline_collect.domain.imports.titles import plain_title
from offline_collect.files.columns.by_titles import by_titles
from offline_collect.files.columns.header import match_header
from offline_collect.files.columns.layout import Layout
from offline_collect.files.columns.title_places import AMOUNT, has_group
from offline_collect.files.errors import HeaderError, LikelyHeaderError
from offline_collect.files.read.open import Table

_OF_BILLS = frozenset({AMOUNT, "due_date"})


def titles_reader(
    layout: Layout, remembers: Callable[[Sequence[str]], bool] | None = None
) -> Callable[[Table], frozenset[str]]:
    """Return a function that returns the titles of a table which a layout reads, regardless of their order.

    Further columns (extras) do not count: one class's sheet may have a column of remarks that another's lacks. The
    function raises HeaderError for a header that does not fit, and LikelyHeaderError for one that only lacks something.

    Args:
        layout: the columns.
        remembers: whether some titles are a header that was read before, by a mapping that is not known yet.
    """

    def read(table: Table) -> frozenset[str]:
        try:
            header = match_header(table, layout)
        except HeaderError as error:
            if remembers is None or not remembers(table.header):
                raise _likely(error, table, layout) from None
            return frozenset(map(plain_title, table.header))
        return frozenset(plain_title(found.title) for found in (*header.columns, *header.inputs))

    return read


def _likely(error: HeaderError, table: Table, layout: Layout) -> HeaderError:
    """Return the refusal of a header, which says if its rows are likely to be bills all the same."""
    columns, inputs = by_titles(table.header, layout)
    there = {each.column.key for each in (*columns, *inputs) if each.places}
    payer = set() if layout.payer is None else {layout.payer.key}
    whose = has_group(there, layout) or bool(there & ({layout.stands_for_inputs} | payer))
    if not (whose and there & _OF_BILLS):
        return error
    return LikelyHeaderError(
        error.reason, path=error.path, row=error.row, column=error.column, remedy=error.remedy
    )
