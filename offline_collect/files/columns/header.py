"""Matches a file's columns with a layout's: by our names, the Chinese names, the form's labels, or usual titles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NoReturn

from offline_collect.domain.imports.column_names import lettered_column
from offline_collect.domain.imports.composed_numbers import is_template
from offline_collect.domain.imports.header_rows import (
    NO_HEADER,
    HeaderRows,
    find_header,
    header_candidates,
    is_row_of_sums,
    likely_header,
)
from offline_collect.domain.imports.paid_marks import is_left
from offline_collect.domain.imports.seen_columns import may_be_payers
from offline_collect.domain.imports.titles import plain_title
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import Cell, ErrorCell, MergedCell, Row, column_letters, one_line, shown
from offline_collect.files.columns.extras import extras_of
from offline_collect.files.columns.layout import Column, Layout
from offline_collect.files.columns.row_numbers import IDENTIFYING, numbers_rows
from offline_collect.files.columns.slices import Found, Slice, reach_of, slices_of, title_at
from offline_collect.files.columns.stated_dates import day_of_payment, example_day
from offline_collect.files.columns.title_places import AMOUNT, CUSTOMER_NO, DUE_DATE, Places, has_group
from offline_collect.files.columns.units import check_units
from offline_collect.files.columns.values import check_title, number_not_name
from offline_collect.files.errors import CellProblemError, HeaderError
from offline_collect.files.read.open import Table

TITLE_SHOWN_MAX = 60
TOLD_MAX = 4
TITLES_SHOWN_MAX = 300
TITLE_MAX = 200
"""A longer text is no title."""
COMPLETE = 1_000
"""How well a row is understood that has all that a table needs: better than one with any number of titles."""


@dataclass(frozen=True, slots=True)
class Header:
    """A file's columns by purpose. One column may have several: a form may ask for 客户编号.

    Attributes:
        left_out: titles of the columns that are not read, except those that never are.
        is_ours: whether this program wrote the table, as a workbook of bad rows.
        slices: the records of each row, if it may have several; their columns are among ``columns`` and ``inputs``.
        shared, shared_inputs: the columns of all of them.
        by_name: whether the payer's name says whose a row is.
        makes_numbers: whether the numbers of bills are made.
        beside: the column or input of payers' names beside what says whose a row is; None if there is none.
    """

    columns: tuple[Found, ...]
    inputs: tuple[Found, ...]
    extras: tuple[Found, ...]
    left_out: tuple[str, ...] = ()
    is_ours: bool = False
    slices: tuple[Slice, ...] = ()
    shared: tuple[Found, ...] = ()
    shared_inputs: tuple[Found, ...] = ()
    by_name: bool = False
    makes_numbers: bool = False
    beside: Found | None = None

    @property
    def all(self) -> tuple[Found, ...]:
        """All columns that are read."""
        return (*self.columns, *self.inputs, *self.extras)


def match_header(table: Table, layout: Layout) -> Header:
    """Find a layout's columns in the header of a table.

    Raises:
        HeaderError: a column is missing, repeated, in doubt or not allowed, or its name has invisible characters;
            names it, and the columns found.
    """
    titles = table.header
    _check_titles(table, [plain_title(title) for title in titles], layout)
    _check_headless(table, layout)
    places = Places(titles, layout, reach_of(table))
    layout = places.layout
    slices = slices_of(table, layout, places)
    columns = _found(table, layout.columns, places.columns, layout.constants, places.guessed)
    inputs = _found(table, layout.inputs, places.inputs, layout.input_constants)
    if layout.payer is not None and not places.beside:
        columns += _found(table, (layout.payer,), {layout.payer.key: places.payer}, {})
    for each in slices or (Slice(()),):
        alike = replace(layout, constants={**layout.constants, **each.constants})
        _check_required(table, alike, (*columns, *each.columns), (*inputs, *each.inputs), bool(places.payer))
    columns = tuple(map(_refusing_names, columns))
    shared, shared_inputs = columns, inputs
    columns += tuple(chain.from_iterable(each.columns for each in slices))
    inputs += tuple(chain.from_iterable(each.inputs for each in slices))
    _check_doubts(table, layout, places)
    _check_identifying(table, columns, inputs)
    check_units(table, layout, columns)
    known = {found.index for found in (*columns, *inputs)} | places.joined
    known |= {place for place, title in enumerate(titles) if plain_title(title) in layout.ignored}
    unknown = {place: title for place, title in enumerate(titles) if title and place not in known}
    extras = () if table.headless or layout.tables else extras_of(layout, unknown, beside_months=bool(slices))
    kept = {found.index for found in extras}
    beside = next((found for found in (*inputs, *extras) if found.index in places.beside), None)
    return Header(
        columns,
        inputs,
        extras,
        left_out=tuple(title for place, title in unknown.items() if place not in kept),
        is_ours=any(plain_title(title) in layout.ours for title in titles),
        slices=slices,
        shared=shared,
        shared_inputs=shared_inputs,
        by_name=bool(places.payer),
        makes_numbers=bool(layout.made_key) and all(each.column.key != layout.made_key for each in columns),
        beside=beside,
    )


def header_finder(
    layout: Layout,
    remembers: Callable[[Sequence[str]], bool] | None = None,
    *,
    headless: bool = False,
) -> Callable[[Sequence[Row]], HeaderRows]:
    """Return a function that finds a layout's header among the first rows of a table.

    Args:
        layout: the columns.
        remembers: whether some titles are a header that was read before; such a header is taken first.
        headless: whether a mapping says that there is none; a workbook of bad rows has one all the same.
    """

    def known(titles: Sequence[str]) -> int:
        if is_row_of_sums(titles):
            return 0
        places = Places(titles, layout)
        if places.complete:
            # The first that says all: a longer one further down is that of another table.
            return COMPLETE
        return sum(map(bool, chain(places.columns.values(), places.inputs.values()))) + len(places.months)

    def find(rows: Sequence[Row]) -> HeaderRows:
        texts = [[_title(cell) for cell in row.cells] for row in rows]
        if remembers is not None:
            for candidate in header_candidates(texts):
                if remembers(candidate.titles):
                    return candidate
        if headless and not any(plain_title(text or "") in layout.ours for text in texts[0]):
            return NO_HEADER
        found = find_header(texts, known)
        if _only_letters(layout) and _has_amount(layout):
            # Below the first row one title may be what a total is called.
            count = known(found.titles)
            return NO_HEADER if count == 0 or (count == 1 and found.first > 0) else found
        return found if known(found.titles) else likely_header(texts) or found

    return find


def _only_letters(layout: Layout) -> bool:
    """Whether a mapping names all columns that it names by their letters."""
    named = [each.title for each in (*layout.columns, *layout.inputs) if each.title is not None]
    named += list(chain.from_iterable(each.values() for each in layout.tables))
    return bool(named) and all(lettered_column(text) is not None for text in named)


def _has_amount(layout: Layout) -> bool:
    """Whether rows have an amount: a header that is read as a row is then a bad one, and not a customer."""
    return any(column.key == AMOUNT for column in layout.columns)


def _check_headless(table: Table, layout: Layout) -> None:
    """Refuse a first row that may as well be a customer: only letters name its columns."""
    found = table.chosen or table.headless or not _only_letters(layout)
    if not found and not header_known(table.header, layout):
        remedy = Phrase(
            "say in the mapping which row is the header: header_row: 1; or that there is none: header_row: 0"
        )
        _refuse(table, Phrase("no cell of this row is a title that is known"), remedy)


def header_known(titles: Sequence[str], layout: Layout) -> bool:
    """Return whether any of some titles is known, regardless of a mapping's letters."""
    places = Places(titles, layout)
    return any(map(bool, chain(places.columns.values(), places.inputs.values())))


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
            _refuse_absent(table, column)
        if there and column.key in constants:
            reason = Phrase("the mapping has a constant for it")
            _refuse(table, reason, Phrase("remove the column or the constant"), column)
        if len(there) > 1:
            reason = Phrase("the column is there twice ({titles})", titles=_lettered(table, there[:2]))
            remedy = Phrase(
                "keep one of the two; two tables side by side need a mapping: {setting}",
                setting="tables: [{columns: {…}}, …]",
            )
            _refuse(table, reason, remedy, column)
        made = column.title if is_template(column.title or "") else None
        found += [Found(column, at, made or title_at(table, at), column.key == guessed) for at in there]
    return tuple(found)


def _refusing_names(found: Found) -> Found:
    """Return a column of customers' numbers whose usual title may mean their names: then a name is no number."""
    column = found.column
    if column.key != CUSTOMER_NO or column.title or not may_be_payers(found.title):
        return found
    return replace(found, column=replace(column, parse=number_not_name(column.parse)))


def _refuse_absent(table: Table, column: Column) -> NoReturn:
    reach = reach_of(table)
    remedy = Phrase("it has {titles}", titles=_titles(table))
    if lettered_column(column.title or "") is not None:
        remedy = Phrase("it has the columns {letters}", letters=reach.letters)
    _refuse(table, Phrase("the mapping names a column that is not there"), remedy, column)


def _check_required(
    table: Table, layout: Layout, columns: tuple[Found, ...], inputs: tuple[Found, ...], by_name: bool
) -> None:
    if not columns and not inputs:
        remedy = Phrase(
            "name the columns: {names}; or say in a mapping which row names them",
            names=_names(layout.columns),
        )
        _refuse(table, Phrase("none of its cells names a column"), remedy)
    keys = {found.column.key for found in columns} | layout.constants.keys()
    for column in layout.columns:
        stated = column.key == DUE_DATE and day_of_payment(table.above) is not None
        if column.required and column.key not in keys and column.key != layout.made_key and not stated:
            _refuse(table, Phrase("the column is missing"), _add(table, column), column)
    if by_name or layout.stands_for_inputs in keys:
        return
    there = {found.column.key for found in inputs}
    if has_group(there, layout):
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


def _check_doubts(table: Table, layout: Layout, places: Places) -> None:
    for column in layout.columns:
        doubts = places.doubts(column)
        if len(doubts) > 1:
            reason = Phrase("the column may be {titles}", titles=_lettered(table, doubts[:TOLD_MAX]))
            # Where some have paid, what is left is the better example.
            left = [place for place in doubts if is_left(table.header[place])]
            setting = f"columns: {{{column.key}: {table.header[(left or places.columns[column.key])[0]]}}}"
            remedy = Phrase(
                "rename the right one to {label} in the file, or say which in a mapping: {setting}",
                label=column.label,
                setting=setting,
            )
            _refuse(table, reason, remedy, column)


def _check_identifying(table: Table, columns: Sequence[Found], inputs: Sequence[Found]) -> None:
    """Refuse numbers of rows as numbers of bills or customers, or as inputs that the form does not call so."""
    identifying = [found for found in columns if found.column.key in IDENTIFYING]
    identifying += [found for found in inputs if found.column.title is not None]
    for found in identifying:
        if numbers_rows(plain_title(found.title)):
            remedy = IDENTIFYING.get(found.column.key, Phrase("name the column that payers know"))
            reason = Phrase("{title} numbers the rows of the file", title=found.title)
            _refuse(table, reason, remedy, found.column)


def _title(cell: Cell) -> str | None:
    """Return a cell as a title; None for one under a merged cell."""
    if isinstance(cell, MergedCell):
        return None
    if isinstance(cell, str) and len(cell) > TITLE_MAX:
        return ""
    return "" if isinstance(cell, ErrorCell) else one_line(shown(cell).replace("\ufeff", ""))


def _refuse(table: Table, reason: Phrase, remedy: Phrase, column: Column | None = None) -> NoReturn:
    name = f"{column.title or column.label} ({column.key})" if column else None
    raise HeaderError(reason, path=table.path, row=table.header_row, column=name, remedy=remedy)


def _names(columns: tuple[Column, ...]) -> str:
    return ", ".join(f"{column.label} ({column.key})" for column in columns)


def _add(table: Table, column: Column | None = None) -> Phrase:
    add = Phrase("add it; the header has {titles}", titles=_titles(table))
    if column is None or column.type != "date":
        return add
    option = f"--constant {column.key}={example_day(table.above)}"
    return Phrase("{add}; or give one day for all rows: {option}", add=add, option=option)


def _titles(table: Table) -> str:
    return _lettered(table, [place for place, title in enumerate(table.header) if title])[:TITLES_SHOWN_MAX]


def _lettered(table: Table, places: Sequence[int]) -> str:
    """Return columns as Excel shows them: each title after its letter; the letter alone is the title of one without."""
    if table.headless:
        return ", ".join(table.header[place] for place in places)
    return ", ".join(f"{_letter(table, place)} {table.header[place]}" for place in places)


def _letter(table: Table, place: int) -> str:
    return column_letters(table.hidden.first_column + place)
