"""Where a problem is in its file: the column's place, by any name that the problem may call it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from offline_collect.domain.imports.composed_numbers import is_template
from offline_collect.domain.imports.titles import plain_title
from offline_collect.files.cells import column_letters
from offline_collect.files.columns.header import match_header
from offline_collect.files.read.open import Table
from offline_collect.merchant.common.target import Target

_BETWEEN = ", "
"""Between the labels of several inputs; see ``labels_by_key``."""


def places_of(table: Table, target: Target) -> Mapping[str, int]:
    """Return the places of a file's columns, from 0, by their titles, labels and keys.

    Raises:
        HeaderError: the header does not fit the layout.
    """
    header = match_header(table, target.layout)
    found = (*header.columns, *header.inputs, *header.extras)
    return {
        plain_title(name): each.index
        for each in found
        # A number that several columns make stands in none of them.
        if not is_template(each.title)
        for name in (each.column.key, each.column.label, each.title)
    }


def places(column: str, known: Mapping[str, int], width: int) -> Sequence[int]:
    """Return the places of the column or columns that a problem names; empty if the file lacks them.

    Args:
        column: its title or label; a column without a title is named by its number from 1.
        known: from :func:`places_of`.
        width: how many columns the file's rows have.
    """
    whole = known.get(plain_title(column))
    if whole is not None:
        return [whole]
    if column.isdecimal() and 0 < int(column) <= width:
        return [int(column) - 1]
    parts = [known.get(plain_title(part)) for part in column.split(_BETWEEN)]
    return [place for place in parts if place is not None]


def lettered(column: str, known: Mapping[str, int], width: int) -> str:
    """Return a column as Excel shows it: its letter beside its title."""
    found = places(column, known, width)
    letters = ", ".join(column_letters(place) for place in found)
    if not letters or (column.isdecimal() and plain_title(column) not in known):
        return letters or column
    return f"{letters} {column}"
