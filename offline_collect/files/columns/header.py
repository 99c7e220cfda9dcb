"""Matches a file's columns with a layout's: by our names, the Chinese names, or the form's labels."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from offline_collect.files.columns.layout import Column, Layout
from offline_collect.files.columns.row_numbers import IDENTIFYING, numbers_rows
from offline_collect.files.columns.values import PARSERS, check_title
from offline_collect.files.errors import CellProblemError, HeaderError
from offline_collect.files.read.open import Table

TITLE_SHOWN_MAX = 60


@dataclass(frozen=True, slots=True)
class Found:
    """A column of the layout and its place in the file: ``index`` from 0, ``title`` as the header has it."""

    column: Column
    index: int
    title: str


@dataclass(frozen=True, slots=True)
class Header:
    """A file's columns by purpose. One column may have several: a form may ask for 客户编号."""

    columns: tuple[Found, ...]
    inputs: tuple[Found, ...]
    extras: tuple[Found, ...]


def match_header(table: Table, layout: Layout) -> Header:
    """Find a layout's columns in the header of a table.

    Raises:
        HeaderError: a column is missing, repeated or not allowed, or its name has invisible characters; names
            it, and the columns found.
    """
    titles = [plain_title(title) for title in table.header]
    _check_titles(table, titles, layout)
    columns = _find(table, titles, layout.columns, layout.constants)
    inputs = _find(table, titles, layout.inputs, layout.input_constants)
    if not columns and not inputs:
        remedy = f"name the columns: {_names(layout.columns)}; or say in a mapping which row names them"
        _refuse(table, "none of its cells names a column", remedy)
    _check_required(table, layout, columns, inputs)
    _check_identifying(table, titles, columns, inputs)
    known = {found.index for found in (*columns, *inputs)}
    known |= {i for i, title in enumerate(titles) if title in layout.ignored}
    unknown = {i: title for i, title in enumerate(table.header) if title and i not in known}
    return Header(columns, inputs, _extras(table, layout, unknown))


def hidden_titles(table: Table, layout: Layout) -> tuple[str, ...]:
    """Return the titles of hidden columns that the layout uses, in the table's order.

    Raises:
        HeaderError: as :func:`match_header`.
    """
    header = match_header(table, layout)
    taken = {found.index for found in (*header.columns, *header.inputs, *header.extras)}
    return tuple(table.header[index] for index in sorted(taken & table.hidden.columns))


def plain_title(title: str) -> str:
    """Return a title regardless of width, case, spaces (姓 名) and the star of a required column."""
    return "".join(unicodedata.normalize("NFKC", title).casefold().split()).rstrip("*")


def _check_titles(table: Table, titles: list[str], layout: Layout) -> None:
    """Refuse names with invisible characters: two different names would look alike."""
    for index, title in enumerate(table.header):
        if titles[index] in layout.ignored:
            continue
        try:
            check_title(title)
        except CellProblemError as error:
            place = f"{index + 1} ({title[:TITLE_SHOWN_MAX]})"
            raise HeaderError(
                error.reason, path=table.path, row=table.header_row, column=place, remedy=error.remedy
            ) from None


def _find(
    table: Table, titles: list[str], columns: tuple[Column, ...], constants: Mapping[str, object]
) -> tuple[Found, ...]:
    found = []
    for column in columns:
        names = {column.key, column.label} if column.title is None else {column.title}
        plain = {plain_title(name) for name in names}
        places = [i for i, title in enumerate(titles) if title in plain]
        if not places and column.title is not None:
            _refuse(table, "the mapping names a column that is not there", f"it has {_titles(table)}", column)
        if places and column.key in constants:
            _refuse(table, "the mapping has a constant for it", "remove the column or the constant", column)
        if len(places) > 1:
            both = " and ".join(table.header[i] for i in places[:2])
            _refuse(table, f"the column is there twice ({both})", "keep one of the two", column)
        found += [Found(column, i, table.header[i]) for i in places]
    return tuple(found)


def _check_required(
    table: Table, layout: Layout, columns: tuple[Found, ...], inputs: tuple[Found, ...]
) -> None:
    keys = {found.column.key for found in columns} | layout.constants.keys()
    for column in layout.columns:
        if column.required and column.key not in keys:
            _refuse(table, "the column is missing", f"add it; the header has {_titles(table)}", column)
    if layout.stands_for_inputs in keys:
        return
    there = {found.column.key for found in inputs} | layout.input_constants.keys()
    if any(all(column.key in there for column in group) for group in layout.groups):
        return
    substitutes = [column for column in layout.columns if column.key == layout.stands_for_inputs]
    lacking = [column for group in layout.groups for column in group if column.key not in there] + substitutes
    if lacking:
        either = f"add it, or {_names(tuple(substitutes))}" if substitutes and layout.groups else "add it"
        _refuse(table, "the column is missing", f"{either}; the header has {_titles(table)}", lacking[0])


def _check_identifying(
    table: Table, titles: list[str], columns: tuple[Found, ...], inputs: tuple[Found, ...]
) -> None:
    """Refuse numbers of rows as numbers of bills or customers, or as inputs that the form does not call so."""
    identifying = [found for found in columns if found.column.key in IDENTIFYING]
    identifying += [found for found in inputs if found.column.title is not None]
    for found in identifying:
        if numbers_rows(titles[found.index]):
            remedy = IDENTIFYING.get(found.column.key, "name the column that payers know")
            _refuse(table, f"{found.title} numbers the rows of the file", remedy, found.column)


def _extras(table: Table, layout: Layout, unknown: dict[int, str]) -> tuple[Found, ...]:
    """Return the extra columns."""
    if not unknown:
        return ()
    titles = list(unknown.values())
    bounds = layout.extras
    if bounds is None:
        known = _names(layout.columns + layout.inputs)
        _refuse(table, f"the column {titles[0]} is not known", f"remove it; known are {known}")
    if len(titles) > bounds.most:
        _refuse(
            table, f"has more than {bounds.most} further columns", "remove those that payers need not see"
        )
    for title in titles:
        if len(title) > bounds.label_most:
            _refuse(
                table,
                f"the column {title[:20]}… has a name of over {bounds.label_most} characters",
                "shorten it",
            )
        if titles.count(title) > 1:
            _refuse(table, f"the column {title} is there twice", "keep one of the two")
    kept = {title: Column(title, title, PARSERS["text"], most=bounds.value_most) for title in titles}
    return tuple(Found(kept[title], index, title) for index, title in unknown.items())


def _refuse(table: Table, reason: str, remedy: str, column: Column | None = None) -> NoReturn:
    name = None if column is None else f"{column.title or column.label} ({column.key})"
    raise HeaderError(reason, path=table.path, row=table.header_row, column=name, remedy=remedy)


def _names(columns: tuple[Column, ...]) -> str:
    return ", ".join(f"{column.label} ({column.key})" for column in columns)


def _titles(table: Table) -> str:
    return ", ".join(title for title in table.header if title)[:300]
