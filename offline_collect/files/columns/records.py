"""Converts rows of a table to records of a layout: typed values, or why a row is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from itertools import accumulate, chain
from operator import call, itemgetter
from typing import Any, NamedTuple

from offline_collect.domain.imports.left_out import TOTAL_LABELS, is_total
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.values import value as value_class
from offline_collect.files.cells import Cell, Row, is_blank, shown
from offline_collect.files.columns.converters import Altered, Converter, converter
from offline_collect.files.columns.header import Header, match_header
from offline_collect.files.columns.layout import Column, Layout
from offline_collect.files.columns.slices import Found
from offline_collect.files.columns.values import UNDER_MERGED, Value
from offline_collect.files.errors import CellProblemError, RowProblem
from offline_collect.files.read.open import Table

VALUE_SHOWN_MAX = 60
ACCOUNT_SHOWN = 4


@value_class
class Record:
    """A row with valid values. The mappings omit blank cells: '' is not a value.

    Attributes:
        row: as a spreadsheet numbers it, from 1.
        values: by the layout's keys; amounts in minor units.
        inputs: the form's inputs by their key, as written, not normalised yet.
        extras: the further columns, by their title.
        cells: the original row, for the error workbook.
        altered: what was done to its cells, each with the column.
    """

    row: int
    values: dict[str, Value] = field(repr=False)
    inputs: dict[str, str] = field(repr=False)
    extras: dict[str, str] = field(repr=False)
    cells: tuple[Cell, ...] = field(default=(), repr=False, compare=False)
    altered: tuple[tuple[Altered, Column], ...] = field(default=(), repr=False, compare=False)


def read_records(table: Table, layout: Layout) -> Iterator[Record | RowProblem]:
    """Return a record for each good row, and a problem for each bad cell of a bad row.

    Args:
        table: an open table, read from here to its end.
        layout: its columns.

    Raises:
        FileError: the header does not fit the layout (raised before the first row), or the rest of the file
            is not a table (raised between rows).
    """
    reader = RowReader(match_header(table, layout), layout, table, None)
    return chain.from_iterable(map(reader.outcomes, table))


class _Column(NamedTuple):
    """A column of the file with the converter of its cells."""

    found: Found
    convert: Converter


class RowReader:
    """Reads rows under one header.

    Attributes:
        makes_numbers: whether no column holds the numbers of bills.
    """

    def __init__(self, header: Header, layout: Layout, table: Table, untitled: set[int] | None) -> None:
        titles = table.header
        self._altered: list[tuple[Altered, Column]] = []
        self._columns, self._inputs, self._extras = (
            tuple(_Column(found, converter(found.column, layout.currency, self._note)) for found in group)
            for group in (header.columns, header.inputs, header.extras)
        )
        self._layout = layout
        used = {found.index for found in header.all}
        # A mapping may name columns by their letters that have no title.
        self._width = max(len(titles), *(place + 1 for place in used))
        self._substitute = tuple(
            found for found in header.columns if found.column.key == layout.stands_for_inputs
        )
        self._nameless = [at for at in range(self._width) if at not in used and not any(titles[at : at + 1])]
        self._untitled = untitled
        # What was pushed aside in CSV still is in the workbook of its bad rows.
        self._refuses_beyond = untitled is None or table.is_text or header.is_ours
        self._guessed = next((found.column.key for found in header.columns if found.guessed), None)
        # Without numbers of bills a total may stand where the customer should: its row is no bill.
        self.makes_numbers = header.makes_numbers
        names = (*self._substitute, *header.inputs) if header.makes_numbers else ()
        self._labels_at = [header.all.index(found) for found in names]
        self._has_constants = bool(layout.constants or layout.input_constants)
        self._compile()

    def _compile(self) -> None:
        """Prepare the fast path for good rows: ``map`` converts a whole row at once."""
        columns = (*self._columns, *self._inputs, *self._extras)
        self._converters = tuple(column.convert for column in columns)
        self._pick = _picker([column.found.index for column in columns])
        ends = list(accumulate(map(len, (self._columns, self._inputs, self._extras))))
        self._makers = tuple(
            _maker([column.found.column.key for column in columns[start:end]], start)
            for start, end in zip([0, *ends], ends, strict=False)
        )
        self._names_customer = bool(self._layout.groups or self._layout.stands_for_inputs)
        self._groups = [frozenset(column.key for column in group) for group in self._layout.groups]

    def outcomes(self, row: Row) -> Sequence[Record | RowProblem]:
        """Return a row's record, or its problems."""
        record = self.read_good(row)
        if record is not None:
            return (record,)
        record, problems = self.read(row)
        return problems or (record,)

    def read_good(self, row: Row) -> Record | None:
        """Return a row's record; None if the row needs a closer check."""
        number, cells = row
        width = self._width
        if self._altered:
            self._altered.clear()
        if len(cells) < width or (self._refuses_beyond and len(cells) > width and any(cells[width:])):
            return None
        try:
            found = tuple(map(call, self._converters, self._pick(cells)))
        except CellProblemError:
            return None
        if found[0] in TOTAL_LABELS:
            return None
        if self._labels_at and any(is_total(str(found[at])) for at in self._labels_at):
            return None
        if self._nameless or len(cells) > width:
            if self._strays(cells):
                return None
            self._note_untitled(cells)
        record = self._record(number, found, cells)
        if self._has_constants:
            self._add_constants(record)
        return record if self._says_whose(record) else None

    def _note(self, altered: Altered, column: Column) -> None:
        self._altered.append((altered, column))

    def _record(self, number: int, found: tuple[Value | None, ...], cells: tuple[Cell, ...]) -> Record:
        make_values, make_inputs, make_extras = self._makers
        values, inputs, extras = make_values(found), make_inputs(found), make_extras(found)
        if None in found:
            values, inputs, extras = map(_given, (values, inputs, extras))
        self._drop_guess(values, inputs)
        if self._altered:
            return Record(number, values, inputs, extras, cells, altered=tuple(self._altered))
        return Record(number, values, inputs, extras, cells)

    def _drop_guess(self, values: dict[str, Value], inputs: dict[str, str]) -> None:
        """Drop a guess at the customer's number if the inputs name him."""
        if self._guessed is not None and any(group <= inputs.keys() for group in self._groups):
            values.pop(self._guessed, None)

    def _says_whose(self, record: Record) -> bool:
        inputs = record.inputs
        if not self._names_customer or (self._groups and len(inputs) == len(self._layout.inputs)):
            return True
        if self._layout.stands_for_inputs in record.values:
            return True
        return any(group <= inputs.keys() for group in self._groups)

    def read(self, row: Row) -> tuple[Record, list[RowProblem]]:
        """Return a row's record or its problems."""
        self._altered.clear()
        problems: list[RowProblem] = []
        groups = (self._columns, self._inputs, self._extras)
        values, inputs, extras = (_good_values(row, group, problems) for group in groups)
        self._drop_guess(values, inputs)
        record = Record(row.number, values, inputs, extras, row.cells, altered=tuple(self._altered))
        self._add_constants(record)
        self._check_inputs(row, problems)
        self._check_nameless(row, problems)
        return record, _merged_once(problems)

    def _add_constants(self, record: Record) -> None:
        record.values.update(self._layout.constants)
        record.inputs.update(self._layout.input_constants)

    def _check_inputs(self, row: Row, problems: list[RowProblem]) -> None:
        """Require what names the customer: one complete group of inputs, or their substitute column."""
        substitute, groups = self._layout.stands_for_inputs, self._layout.groups
        if substitute in self._layout.constants or any(
            not is_blank(_cell(row, found)) for found in self._substitute
        ):
            return
        given = {found.column.key for found, _ in self._inputs if not is_blank(_cell(row, found))}
        given |= self._layout.input_constants.keys()
        lacking = [[column for column in group if column.key not in given] for group in groups]
        if (groups or substitute) and all(lacking):
            known = self._substitute[0].title if self._substitute else str(substitute)
            column = lacking[0][0].label if lacking else known
            error = CellProblemError(Phrase("is blank"), Phrase("say whose row this is"))
            problems.append(_problem(row, column, "", error))

    def _note_untitled(self, cells: tuple[Cell, ...]) -> None:
        """Note the columns without a title in which a row has a value; the result of an import names them."""
        if self._untitled is None:
            return
        self._untitled.update(self._filled(cells, self._nameless))
        if not self._refuses_beyond and self._filled(cells, range(self._width, len(cells))):
            self._untitled.add(self._width)

    def _strays(self, cells: tuple[Cell, ...]) -> list[int]:
        """Return the places of cells that refuse their row: in CSV those before them may have been pushed aside."""
        within = self._nameless if self._untitled is None else ()
        beyond = range(self._width, len(cells)) if self._refuses_beyond else ()
        return self._filled(cells, (*within, *beyond))

    @staticmethod
    def _filled(cells: tuple[Cell, ...], places: Iterable[int]) -> list[int]:
        return [place for place in places if place < len(cells) and not is_blank(cells[place])]

    def _check_nameless(self, row: Row, problems: list[RowProblem]) -> None:
        for place in self._strays(row.cells):
            error = CellProblemError(
                Phrase("is under no name of the header"),
                Phrase("name the column; in CSV, put a cell that holds the delimiter in quotes"),
            )
            problems.append(_problem(row, str(place + 1), row.cells[place], error))
        self._note_untitled(row.cells)


def _merged_once(problems: list[RowProblem]) -> list[RowProblem]:
    """Return problems with one for all merged cells of the row: unmerging them mends them all."""
    merged = [each for each in problems if each.reason == UNDER_MERGED]
    return [each for each in problems if each not in merged[1:]]


def _picker(places: list[int]) -> Callable[[tuple[Cell, ...]], Sequence[Cell]]:
    """Return a function that picks the cells at some places of a row."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda cells: [cells[place] for place in places]


def _maker(keys: Sequence[str], start: int) -> Callable[[tuple[Value | None, ...]], dict[str, Any]]:
    """Return a function that makes a record's mapping of a row's values; most files have one input."""
    if len(keys) > 1:
        return lambda found: dict(zip(keys, found[start:]))  # noqa: B905 - a keyword argument costs a fifth more
    key = next(iter(keys), None)
    return (lambda _: {}) if key is None else lambda found: {key: found[start]}


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _good_values(row: Row, columns: Sequence[_Column], problems: list[RowProblem]) -> dict[str, Any]:
    """Return the values of the good cells, and add the problems of the others."""
    values = {}
    for found, convert in columns:
        cell = _cell(row, found)
        try:
            value = convert(cell)
        except CellProblemError as error:
            problems.append(_problem(row, found.title, cell, error, account=found.column.account))
            continue
        if value is not None:
            values[found.column.key] = value
    return values


def _cell(row: Row, found: Found) -> Cell:
    return row.cells[found.index] if found.index < len(row.cells) else ""


def _problem(
    row: Row, title: str, cell: Cell, error: CellProblemError, *, account: bool = False
) -> RowProblem:
    value = shown(cell).strip()
    value = _last_digits(value) if account else value[:VALUE_SHOWN_MAX]
    return RowProblem(
        row=row.number, column=title, value=value, reason=error.reason, remedy=error.remedy, cells=row.cells
    )


def _last_digits(account: str) -> str:
    """Return an account's last digits for messages, or none if it is short."""
    hidden = len(account) - ACCOUNT_SHOWN
    return "*" * hidden + account[hidden:] if hidden > ACCOUNT_SHOWN else "*" * len(account)
