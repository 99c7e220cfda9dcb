"""What several columns of a file make: numbers of customers, ``{楼号}-{单元}-{房号}``, and periods, ``{年}-{月}``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from offline_collect.domain.imports.composed_numbers import filled, is_template, parts_of
from offline_collect.domain.imports.titles import plain_title
from offline_collect.domain.imports.year_and_month import joined_period
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import Cell, Row, is_blank, one_line, shown
from offline_collect.files.columns.header import Header
from offline_collect.files.columns.layout import Layout
from offline_collect.files.columns.slices import reach_of
from offline_collect.files.columns.title_places import written_places
from offline_collect.files.columns.values import Parser, input_value, parse, period
from offline_collect.files.columns.year_and_month import joins
from offline_collect.files.errors import CellProblemError, HeaderError, RowProblem
from offline_collect.files.read.open import Table


def templates(layout: Layout) -> list[str]:
    """Return what numbers of a layout are made of, in the order of their places behind the titles."""
    named = (column.title for column in (*layout.columns, *layout.inputs) if column.title is not None)
    return list(dict.fromkeys(title for title in named if is_template(title)))


class ComposedRows:
    """Adds composed numbers to the rows of a table, and takes them out of what was read."""

    def __init__(self, table: Table, layout: Layout, header: Header) -> None:
        """Find the columns of the parts.

        Raises:
            HeaderError: one is not there, or there twice; or the mapping names columns without a title too, whose places
                the composed cells take.
        """
        self._width = len(table.header)
        self._titles = [plain_title(title) for title in table.header]
        joined = {column.title for column in layout.columns if joins(column)}
        self._made = [
            (template, [_place(part, table, layout) for part in parts_of(template)], template in joined)
            for template in templates(layout)
        ]
        if self._made:
            _check_untitled(table, header)

    def __bool__(self) -> bool:
        return bool(self._made)

    def added(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows with the composed cells behind those of the titles."""
        return map(self.with_numbers, rows)

    def with_numbers(self, row: Row) -> Row:
        """Return a row with its composed cells."""
        if not self._made:
            return row
        before = row.cells[: self._width] + ("",) * (self._width - len(row.cells))
        made = tuple(
            self._joined(row.cells, places)
            if joined
            else filled(template, [self._text(row.cells, place) for place in places])
            for template, places, joined in self._made
        )
        return Row(row.number, before + made + row.cells[self._width :])

    def _joined(self, cells: Sequence[Cell], places: Sequence[int]) -> str:
        """Return the period that a year and a month make; both texts if they make none, '' if one is blank."""
        year, part = (self._text(cells, place, period) for place in places)
        if not year or not part:
            return ""
        return joined_period(year, part, self._titles[places[1]]) or f"{year} {part}"

    def _text(self, cells: Sequence[Cell], place: int, parser: Parser = input_value) -> str:
        """Return a part; '' if it is blank, is no number, or repeats its title below."""
        cell = cells[place] if place < len(cells) else ""
        if is_blank(cell) or plain_title(one_line(shown(cell))) == self._titles[place : place + 1][0]:
            return ""
        with suppress(CellProblemError):
            return str(parse(parser, cell, ""))
        return ""

    def without(self, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """Return the cells of a row as the file has them."""
        return cells[: self._width] + cells[self._width + len(self._made) :]

    def as_in_file(self, problem: RowProblem) -> RowProblem:
        """Return a problem with the row's cells as the file has them."""
        return replace(problem, cells=self.without(problem.cells))


def _check_untitled(table: Table, header: Header) -> None:
    for found in (*header.columns, *header.inputs):
        if found.index >= len(table.header) and not is_template(found.title):
            raise HeaderError(
                Phrase("has no title, but the mapping names it"),
                path=table.path,
                row=table.header_row,
                column=found.title,
                remedy=Phrase("name it in the header"),
            )


def _place(part: str, table: Table, layout: Layout) -> int:
    found = written_places(part, table.header, reach_of(table), layout.ours)
    if len(found) != 1 or found[0] >= len(table.header):
        reason = (
            Phrase("is there twice, but the mapping names it")
            if len(found) > 1
            else Phrase("is not there, but the mapping names it")
        )
        remedy = Phrase("name the columns of the header between the braces")
        raise HeaderError(reason, path=table.path, row=table.header_row, column=part, remedy=remedy)
    return found[0]
