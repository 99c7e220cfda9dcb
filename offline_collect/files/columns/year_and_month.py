"""The period of bills whose list has a column for the year and one for the month: a mapping has ``{年}-{月}`` for them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

from offline_collect.domain.imports.column_names import lettered_column
from offline_collect.domain.imports.proposal import PERIOD
from offline_collect.domain.imports.titles import all_known, plain_title
from offline_collect.domain.imports.year_and_month import Apart, is_joined, year_alone, year_and_part
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import Cell
from offline_collect.files.columns.layout import Column, Layout
from offline_collect.files.errors import CellProblemError

_JOINS = re.compile(r"\{[^{}]+\}-\{[^{}]+\}")


def joins(column: Column) -> bool:
    """Whether a column is the period, and made of a year and a month."""
    return column.key == PERIOD and column.title is not None and _JOINS.fullmatch(column.title) is not None


def joined_column(column: Column) -> Column:
    """Return a column that is made of others so that it refuses what is no year with its month."""
    return replace(column, parse=_joined) if joins(column) else column


def with_joined_period(layout: Layout, titles: Sequence[str]) -> Layout:
    """Return a layout whose period is made of two columns, or is a year, if some titles have those and none says it itself."""
    found = joined_places(layout, titles)
    if found is None:
        return _with_year(layout, titles)
    title = template_of(titles, found)
    columns = [
        joined_column(replace(each, title=title)) if each.key == PERIOD else each for each in layout.columns
    ]
    return replace(layout, columns=tuple(columns))


def _with_year(layout: Layout, titles: Sequence[str]) -> Layout:
    """Return a layout whose period is the year that the only such title says."""
    read = _read(layout, titles)
    found = None if read is None or read.known else year_alone(read.titles)
    if found is None:
        return layout
    name = plain_title(titles[found])
    columns = [
        replace(each, also=(*each.also, name)) if each.key == PERIOD else each for each in layout.columns
    ]
    return replace(layout, columns=tuple(columns))


class _Read(NamedTuple):
    """The titles of a table that are not ignored, '' for others, and the places of those that mean the period."""

    titles: Sequence[str]
    known: Collection[int]


def _read(layout: Layout, titles: Sequence[str]) -> _Read | None:
    """Return what titles say of the period; None if a mapping, or a constant, says it."""
    column = next((each for each in layout.columns if each.key == PERIOD), None)
    if column is None or column.title is not None or PERIOD in layout.constants or _names_otherwise(layout):
        return None
    read = ["" if plain_title(title) in layout.ignored else title for title in titles]
    names = {plain_title(column.key), plain_title(column.label), *column.also}
    return _Read(read, all_known(read, names, ()))


def joined_places(layout: Layout, titles: Sequence[str]) -> Apart | None:
    """Return the places of the columns that make the period; None if a mapping, or another column, says it."""
    read = _read(layout, titles)
    found = None if read is None else year_and_part(read.titles, read.known)
    # Who corrects a proposal may say that the two make no period.
    meant = found is not None and plain_title(template_of(titles, found)) not in layout.ignored
    return found if meant else None


def template_of(titles: Sequence[str], found: Apart) -> str:
    """Return what a mapping says of a period that two columns make."""
    return f"{{{titles[found.year]}}}-{{{titles[found.part]}}}"


def _names_otherwise(layout: Layout) -> bool:
    """Whether a mapping has rows of several bills, or names columns by their letters."""
    named = [each.title for each in (*layout.columns, *layout.inputs) if each.title is not None]
    return bool(layout.tables) or layout.months is not None or any(map(_is_lettered, named))


def _is_lettered(text: str) -> bool:
    return lettered_column(text) is not None


def _joined(cell: Cell, _currency: str) -> str:
    text = str(cell)
    if not is_joined(text):
        raise CellProblemError(
            Phrase("is no year with its month"),
            Phrase("write the year in the one column and the month in the other, such as 2026 and 10"),
        )
    return text
