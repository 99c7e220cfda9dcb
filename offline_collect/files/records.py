"""Rows of a table as records of a layout: typed values, or why a row is refused (files.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from offline_collect.files.cells import Cell, Row, is_blank, shown
from offline_collect.files.errors import CellProblemError, RowProblem
from offline_collect.files.header import Found, Header, match_header
from offline_collect.files.layout import Column, Layout
from offline_collect.files.table import Table
from offline_collect.files.values import Value, parse

VALUE_SHOWN_MAX = 60
ACCOUNT_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Record:
    """A row that a layout could read. A blank cell is in none of the mappings: '' is no value.

    Attributes:
        row: as a spreadsheet numbers it, from 1.
        values: by the layout's keys; amounts in minor units.
        inputs: what the form's inputs are, by their key, as written: not normalised yet.
        extras: the further columns, by their title.
    """

    row: int
    values: dict[str, Value] = field(repr=False)
    inputs: dict[str, str] = field(repr=False)
    extras: dict[str, str] = field(repr=False)


def read_records(table: Table, layout: Layout) -> Iterator[Record | RowProblem]:
    """Return a record for each good row, and for a bad one a problem for each of its bad cells.

    Args:
        table: an open table, read from here to its end.
        layout: what its columns are.

    Raises:
        FileError: the header does not fit the layout (at once, before a row is taken), or, while rows are
            taken, what follows is no table.
    """
    header = match_header(table, layout)
    return _records(table, _RowReader(header, layout, table.header))


def _records(table: Table, reader: _RowReader) -> Iterator[Record | RowProblem]:
    for row in table:
        record, problems = reader.read(row)
        if problems:
            yield from problems
        else:
            yield record


class _RowReader:
    """Reads rows under one header."""

    def __init__(self, header: Header, layout: Layout, titles: tuple[str, ...]) -> None:
        self._header = header
        self._layout = layout
        self._width = len(titles)
        self._substitute = tuple(
            found for found in header.columns if found.column.key == layout.stands_for_inputs
        )
        self._nameless = [index for index, title in enumerate(titles) if not title]

    def read(self, row: Row) -> tuple[Record, list[RowProblem]]:
        """Return what a row holds, and what is wrong with it."""
        problems: list[RowProblem] = []
        record = Record(
            row.number,
            self._values(row, self._header.columns, problems),
            self._values(row, self._header.inputs, problems),
            self._values(row, self._header.extras, problems),
        )
        self._check_inputs(row, problems)
        self._check_nameless(row, problems)
        return record, problems

    def _values(self, row: Row, columns: tuple[Found, ...], problems: list[RowProblem]) -> dict[str, Any]:
        values = {}
        for found in columns:
            cell = _cell(row, found)
            try:
                value = _value(found.column, cell, self._layout.currency)
            except CellProblemError as error:
                problems.append(_problem(row, found.title, cell, error, account=found.column.account))
                continue
            if value is not None:
                values[found.column.key] = value
        return values

    def _check_inputs(self, row: Row, problems: list[RowProblem]) -> None:
        """Demand what names the customer: one complete group of inputs, or the column that stands for them."""
        if any(not is_blank(_cell(row, found)) for found in self._substitute):
            return
        substitute, groups = self._layout.stands_for_inputs, self._layout.groups
        given = {found.column.key for found in self._header.inputs if not is_blank(_cell(row, found))}
        lacking = [[column for column in group if column.key not in given] for group in groups]
        if (groups or substitute) and all(lacking):
            column = lacking[0][0].label if lacking else str(substitute)
            error = CellProblemError("is blank", "say whose row this is")
            problems.append(_problem(row, column, "", error))

    def _check_nameless(self, row: Row, problems: list[RowProblem]) -> None:
        beyond = range(self._width, len(row.cells))
        for index in chain(self._nameless, beyond):
            if index < len(row.cells) and not is_blank(row.cells[index]):
                error = CellProblemError(
                    "is under no name of the header",
                    "name the column; in CSV, put a cell that holds the delimiter in quotes",
                )
                problems.append(_problem(row, str(index + 1), row.cells[index], error))


def _cell(row: Row, found: Found) -> Cell:
    return row.cells[found.index] if found.index < len(row.cells) else ""


def _value(column: Column, cell: Cell, currency: str) -> Value | None:
    """Return the value of a cell, None if it is blank and may be.

    Raises:
        CellProblemError: it is no value of the column.
    """
    value = "" if is_blank(cell) else parse(column.parse, cell, currency)
    if value == "":
        if column.required:
            raise CellProblemError("is blank", "fill it in")
        return None
    if isinstance(value, str):
        _check_text(column, value)
    return value


def _check_text(column: Column, value: str) -> None:
    if len(value) > column.most:
        raise CellProblemError(f"has {len(value)} characters, over the {column.most} allowed", "shorten it")
    if column.pattern is not None and column.pattern.fullmatch(value) is None:
        raise CellProblemError(f"does not look like {column.label}", "correct it")


def _problem(
    row: Row, title: str, cell: Cell, error: CellProblemError, *, account: bool = False
) -> RowProblem:
    value = shown(cell).strip()
    value = _last_digits(value) if account else value[:VALUE_SHOWN_MAX]
    return RowProblem(row.number, title, value, error.reason, error.remedy, row.cells)


def _last_digits(account: str) -> str:
    """Return an account as messages may show it; a short one not at all."""
    hidden = len(account) - ACCOUNT_SHOWN
    return "*" * hidden + account[hidden:] if hidden > ACCOUNT_SHOWN else "*" * len(account)
