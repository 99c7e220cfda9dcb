"""Where an import's own rules find columns by their titles, without refusing anything: a proposed mapping begins with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from offline_collect.files.columns.layout import Column, Layout
from offline_collect.files.columns.title_places import Places


@dataclass(frozen=True, slots=True)
class ByTitles:
    """Where a layout's column is among some titles.

    Attributes:
        doubts: places of all titles that it may have.
        guessed: whether it only counts in rows that lack what names the customer otherwise.
    """

    column: Column
    places: tuple[int, ...]
    doubts: tuple[int, ...] = ()
    guessed: bool = False


def by_titles(titles: Sequence[str], layout: Layout) -> tuple[list[ByTitles], list[ByTitles]]:
    """Return where the columns and the inputs of a layout are, without refusing anything; the payer's name is a column."""
    found = Places(titles, layout)
    columns = [
        ByTitles(
            each,
            () if each.key == found.known_as else tuple(found.columns[each.key]),
            tuple(found.doubts(each)),
            each.key == found.guessed,
        )
        for each in layout.columns
    ]
    if layout.payer is not None:
        columns.append(ByTitles(layout.payer, tuple(found.payer)))
    return columns, [ByTitles(each, tuple(found.inputs[each.key])) for each in layout.inputs]
