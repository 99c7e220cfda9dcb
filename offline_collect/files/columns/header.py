"""Matches a file's columns with a layout's: by our names, the Chinese names, the form's labels, or usual titles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NoReturn

from offline_collect.domain.imports.header_rows import HeaderRows, find_header
from offline_collect.domain.imports.titles import all_known, first_known, places_of, plain_title
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import Cell, ErrorCell, MergedCell, Row, column_letters, one_line, shown
from offline_collect.files.columns.layout import Column, Layout
from offline_collect.files.columns.row_numbers import IDENTIFYING, numbers_rows
from offline_collect.files.columns.values import PARSERS, check_title
from offline_collect.files.errors import CellProblemError, HeaderError
from offline_collect.files.read.open import Table

TITLE_SHOWN_MAX = 60
TOLD_MAX = 4
TITLES_SHOWN_MAX = 300
TITLE_MAX = 200
"""A longer text is no title."""
COMPLETE = 1_000
"""How well a row is understood that has all that a table needs: better than one with any number of titles."""

_DOUBTFUL_TYPES = frozenset({"amount", "date"})
"""Types of columns for which a wrong guess would go unnoticed."""


@dataclass(frozen=True, slots=True)
class Found:
    """A column of the layout in the file.

    Attributes:
        index: its place, from 0.
        title: as the header has it.
        guessed: whether it only counts in rows that lack what names the customer otherwise.
    """

    column: Column
    index: int
    title: str
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """A file's columns by purpose. One column may have several: a form may ask for 客户编号.

    Attributes:
        left_out: titles of the columns that are not read, except those that never are.
        is_ours: whether this program wrote the table, as a workbook of bad rows.
    """

    columns: tuple[Found, ...]
    inputs: tuple[Found, ...]
    extras: tuple[Found, ...]
    left_out: tuple[str, ...] = ()
    is_ours: bool = False


def match_header(table: Table, layout: Layout) -> Header:
    """Find a layout's columns in the header of a table.

    Raises:
        HeaderError: a column is missing, repeated, in doubt or not allowed, or its name has invisible characters;
            names it, and the columns found.
    """
    titles = table.header
    _check_titles(table, [plain_title(title) for title in titles], layout)
    places = _Places(titles, layout)
    columns = _found(table, layout.columns, places.columns, layout.constants, places.guessed)
    inputs = _found(table, layout.inputs, places.inputs, layout.input_constants)
    if not columns and not inputs:
        remedy = Phrase(
            "name the columns: {names}; or say in a mapping which row names them",
            names=_names(layout.columns),
        )
        _refuse(table, Phrase("none of its cells names a column"), remedy)
    _check_required(table, layout, columns, inputs)
    for column in layout.columns:
        doubts = places.doubts(column)
        if len(doubts) > 1:
            reason = Phrase("the column may be {titles}", titles=_lettered(table, doubts[:TOLD_MAX]))
            setting = f"columns: {{{column.key}: {titles[doubts[0]]}}}"
            remedy = Phrase(
                "rename the right one to {label} in the file, or say which in a mapping: {setting}",
                label=column.label,
                setting=setting,
            )
            _refuse(table, reason, remedy, column)
    _check_identifying(table, columns, inputs)
    known = {found.index for found in (*columns, *inputs)}
    known |= {place for place, title in enumerate(titles) if plain_title(title) in layout.ignored}
    unknown = {place: title for place, title in enumerate(titles) if title and place not in known}
    extras = _extras(layout, unknown)
    kept = {found.index for found in extras}
    return Header(
        columns,
        inputs,
        extras,
        left_out=tuple(title for place, title in unknown.items() if place not in kept),
        is_ours=any(plain_title(title) in layout.ours for title in titles),
    )


def header_finder(layout: Layout) -> Callable[[Sequence[Row]], HeaderRows]:
    """Return a function that finds a layout's header among the first rows of a table."""

    def known(titles: Sequence[str]) -> int:
        places = _Places(titles, layout)
        if places.complete:
            # The first that says all: a longer one further down is that of another table.
            return COMPLETE
        return sum(map(bool, chain(places.columns.values(), places.inputs.values())))

    def find(rows: Sequence[Row]) -> HeaderRows:
        return find_header([[_title(cell) for cell in row.cells] for row in rows], known)

    return find


class _Places:
    """Where a layout's columns and inputs are among some titles, by key.

    What merchants usually call a column only counts if none has our name for it.

    Attributes:
        guessed: key of the column that names the customer by a usual title only, beside inputs that name him too.
    """

    def __init__(self, titles: Sequence[str], layout: Layout) -> None:
        self._titles = titles
        self._layout = layout
        self.guessed: str | None = None
        self.inputs = {column.key: self._exact(column) for column in layout.inputs}
        self.columns = {column.key: self._exact(column) for column in layout.columns}
        for column in layout.columns:
            if column.beside and not self.columns[column.beside]:
                self.columns[column.key] = []
        self._own_words = all(self._is_there(column) for column in layout.columns if column.required)
        self._add_usual()

    @property
    def complete(self) -> bool:
        """Whether the titles have all required columns, and what names the customer."""
        layout, required = self._layout, [each for each in self._layout.columns if each.required]
        named = not layout.groups or bool(self.columns.get(layout.stands_for_inputs or ""))
        return all(map(self._is_there, required)) and (named or self._inputs_are_there())

    def _exact(self, column: Column) -> list[int]:
        names = {column.key, column.label} if column.title is None else {column.title}
        return places_of(self._titles, {plain_title(name) for name in names})

    def _is_there(self, column: Column) -> bool:
        return bool(self.columns[column.key]) or column.key in self._layout.constants

    def _add_usual(self) -> None:
        """Find columns that are missing by their usual titles; those of our names are taken."""
        layout = self._layout
        taken = set(chain.from_iterable(self.columns.values()))
        inputs = set(chain.from_iterable(self.inputs.values()))
        for column in layout.inputs:
            if not (self.inputs[column.key] or column.title or column.key in layout.input_constants):
                self.inputs[column.key] = self._usual(column, taken | inputs)
                inputs.update(self.inputs[column.key])
        for column in layout.columns:
            if self._is_there(column) or column.title:
                continue
            usual = column
            if self._is_named_by_inputs(column):
                self.guessed = column.key
                # What a form may ask for is not the platform's number of the customer: a room may be another's number.
                usual = replace(
                    column, also=tuple(name for name in column.also if name not in layout.input_titles)
                )
            # What all rows must have may be one of the form's inputs too: the room for the customer's number.
            self.columns[column.key] = self._usual(usual, taken if column.required else taken | inputs)
            taken.update(self.columns[column.key])

    def _usual(self, column: Column, taken: Collection[int]) -> list[int]:
        place = first_known(self._titles, column.also, taken)
        return [] if place is None else [place]

    def _is_named_by_inputs(self, column: Column) -> bool:
        """Whether the inputs of the form stand for a column, so that no guess at it is needed."""
        return column.key == self._layout.stands_for_inputs and self._inputs_are_there()

    def _inputs_are_there(self) -> bool:
        return _has_group({key for key, places in self.inputs.items() if places}, self._layout)

    def doubts(self, column: Column) -> list[int]:
        """Return the places of all titles that a column may have, if a file does not use our names."""
        if (
            self._own_words
            or column.type not in _DOUBTFUL_TYPES
            or column.title
            or not self.columns[column.key]
        ):
            return []
        others = {
            place for key, places in self.columns.items() if key != column.key for place in places
        }.union(*self.inputs.values())
        names = {plain_title(column.key), plain_title(column.label), *column.also}
        return all_known(self._titles, names | self._layout.doubtful.get(column.key, frozenset()), others)


def hidden_titles(table: Table, layout: Layout) -> tuple[str, ...]:
    """Return the titles of hidden columns that the layout uses, in the table's order.

    Raises:
        HeaderError: as :func:`match_header`.
    """
    header = match_header(table, layout)
    taken = {found.index for found in (*header.columns, *header.inputs, *header.extras)}
    return tuple(table.header[index] for index in sorted(taken & table.hidden.columns))


def _check_titles(table: Table, titles: list[str], layout: Layout) -> None:
    """Refuse names with invisible characters: two different names would look alike."""
    for index, title in enumerate(table.header):
        if titles[index] in layout.ignored:
            continue
        try:
            check_title(title)
        except CellProblemError as error:
            place = Phrase("{letter} ({title})", letter=_letter(table, index), title=title[:TITLE_SHOWN_MAX])
            raise HeaderError(
                error.reason, path=table.path, row=table.header_row, column=place, remedy=error.remedy
            ) from None


def _found(
    table: Table,
    columns: Sequence[Column],
    places: Mapping[str, Sequence[int]],
    constants: Mapping[str, object],
    guessed: str | None = None,
) -> tuple[Found, ...]:
    found = []
    for column in columns:
        there = places[column.key]
        if not there and column.title is not None:
            reason = Phrase("the mapping names a column that is not there")
            _refuse(table, reason, Phrase("it has {titles}", titles=_titles(table)), column)
        if there and column.key in constants:
            reason = Phrase("the mapping has a constant for it")
            _refuse(table, reason, Phrase("remove the column or the constant"), column)
        if len(there) > 1:
            reason = Phrase("the column is there twice ({titles})", titles=_lettered(table, there[:2]))
            _refuse(table, reason, Phrase("keep one of the two"), column)
        found += [Found(column, place, table.header[place], column.key == guessed) for place in there]
    return tuple(found)


def _check_required(
    table: Table, layout: Layout, columns: tuple[Found, ...], inputs: tuple[Found, ...]
) -> None:
    keys = {found.column.key for found in columns} | layout.constants.keys()
    for column in layout.columns:
        if column.required and column.key not in keys:
            _refuse(table, Phrase("the column is missing"), _add(table), column)
    if layout.stands_for_inputs in keys:
        return
    there = {found.column.key for found in inputs}
    if _has_group(there, layout):
        return
    there |= layout.input_constants.keys()
    substitutes = [column for column in layout.columns if column.key == layout.stands_for_inputs]
    lacking = [column for group in layout.groups for column in group if column.key not in there] + substitutes
    if lacking:
        remedy = _add(table)
        if substitutes and layout.groups:
            remedy = Phrase(
                "add it, or {names}; the header has {titles}",
                names=_names(tuple(substitutes)),
                titles=_titles(table),
            )
        _refuse(table, Phrase("the column is missing"), remedy, lacking[0])


def _has_group(there: Collection[str], layout: Layout) -> bool:
    """Whether the inputs of a file, by key, and the constants have a complete group."""
    return any(
        all(column.key in there or column.key in layout.input_constants for column in group)
        for group in layout.groups
    )


def _check_identifying(table: Table, columns: Sequence[Found], inputs: Sequence[Found]) -> None:
    """Refuse numbers of rows as numbers of bills or customers, or as inputs that the form does not call so."""
    identifying = [found for found in columns if found.column.key in IDENTIFYING]
    identifying += [found for found in inputs if found.column.title is not None]
    for found in identifying:
        if numbers_rows(plain_title(found.title)):
            remedy = IDENTIFYING.get(found.column.key, Phrase("name the column that payers know"))
            reason = Phrase("{title} numbers the rows of the file", title=found.title)
            _refuse(table, reason, remedy, found.column)


def _extras(layout: Layout, unknown: Mapping[int, str]) -> tuple[Found, ...]:
    """Return the further columns that are kept: the first of each title, as many and as long as the layout allows."""
    bounds = layout.extras
    if bounds is None:
        return ()
    kept: dict[str, int] = {}
    for place, title in unknown.items():
        if len(title) <= bounds.label_most and len(kept) < bounds.most:
            kept.setdefault(title, place)
    return tuple(
        Found(Column(title, title, PARSERS["text"], most=bounds.value_most), place, title)
        for title, place in kept.items()
    )


def _title(cell: Cell) -> str | None:
    """Return a cell as a title; None for one under a merged cell."""
    if isinstance(cell, MergedCell):
        return None
    if isinstance(cell, str) and len(cell) > TITLE_MAX:
        return ""
    return "" if isinstance(cell, ErrorCell) else one_line(shown(cell).replace("\ufeff", ""))


def _refuse(table: Table, reason: Phrase, remedy: Phrase, column: Column | None = None) -> NoReturn:
    name = None if column is None else f"{column.title or column.label} ({column.key})"
    raise HeaderError(reason, path=table.path, row=table.header_row, column=name, remedy=remedy)


def _names(columns: tuple[Column, ...]) -> str:
    return ", ".join(f"{column.label} ({column.key})" for column in columns)


def _add(table: Table) -> Phrase:
    return Phrase("add it; the header has {titles}", titles=_titles(table))


def _titles(table: Table) -> str:
    return _lettered(table, [place for place, title in enumerate(table.header) if title])[:TITLES_SHOWN_MAX]


def _lettered(table: Table, places: Sequence[int]) -> str:
    """Return columns as Excel shows them: each title after its letter."""
    return ", ".join(f"{_letter(table, place)} {table.header[place]}" for place in places)


def _letter(table: Table, place: int) -> str:
    return column_letters(table.hidden.first_column + place)
