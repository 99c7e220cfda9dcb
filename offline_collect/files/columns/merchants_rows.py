"""Reads a merchant's own table: the records of its rows, which rows are bad, and which are none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from offline_collect.domain.imports.left_out import RowClass
from offline_collect.domain.imports.row_sums import RowSums
from offline_collect.domain.imports.ticked import Tick
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.values import value as value_class
from offline_collect.files.cells import Row, shows_nothing
from offline_collect.files.columns.composed import ComposedRows
from offline_collect.files.columns.group_items import GroupItems
from offline_collect.files.columns.header import Header, match_header
from offline_collect.files.columns.hidden_days import rows_without_hidden_days
from offline_collect.files.columns.items_beside import check_items_beside
from offline_collect.files.columns.layout import Layout
from offline_collect.files.columns.other_rows import LeftOutRow, OtherRows
from offline_collect.files.columns.records import Record, RowReader
from offline_collect.files.columns.row_periods import RowPeriods
from offline_collect.files.columns.row_sums import ComparedSums
from offline_collect.files.columns.slices import Slice, hidden_from
from offline_collect.files.columns.stated import dated_by_period, stated_values, with_stated
from offline_collect.files.columns.ticks import Ticks
from offline_collect.files.columns.title_places import AMOUNT
from offline_collect.files.columns.year_and_month import with_joined_period
from offline_collect.files.errors import HeaderError, RowProblem
from offline_collect.files.read.open import Table


@value_class
class BadRow:
    """A row, or one of several records of a row, that is refused.

    Attributes:
        problems: why; without those that another record of the row has already.
    """

    problems: Sequence[RowProblem]


def read_merchants_table(
    table: Table, layout: Layout, untitled: set[int], sums: RowSums | None = None
) -> Iterator[Record | BadRow | LeftOutRow]:
    """Return the records, and the bad and other rows, of a merchant's own table.

    Args:
        untitled: receives the places of columns without a title that have values and are not read; the header's
            width stands for all beyond it.
        sums: receives the rows whose amount is not the sum of the other amounts in it.

    Raises:
        FileError: as for :func:`read_records`.
    """
    layout = with_joined_period(layout, table.header)
    header = match_header(table, layout)
    check_items_beside(table, header)
    if header.by_name and layout.payer is not None:
        layout = replace(layout, stands_for_inputs=layout.payer.key, groups=())
    layout = with_stated(layout, stated_values(table, header, layout))
    header = dated_by_period(header, table)
    parts = [_Part(header, layout, table, untitled, each) for each in header.slices or (None,)]
    composed = ComposedRows(table, layout, header)
    for row in table.above:
        if not table.chosen and any(part.looks_like_record(composed.with_numbers(row)) for part in parts):
            raise HeaderError(
                Phrase("looks like a row of the table, but stands above its header"),
                path=table.path,
                row=row.number,
                remedy=Phrase("put the header on top, or say in a mapping which row it is"),
            )
    untitled.clear()
    rows = rows_without_hidden_days(table, header, layout)
    if composed:
        rows = composed.added(rows)
    found: Iterator[Record | BadRow | LeftOutRow]
    if header.slices:
        found = chain.from_iterable(_records_of_row(row, parts) for row in rows)
    else:
        compared = ComparedSums(header, layout, table, sums)
        items = GroupItems(header.columns, layout)
        found = _merchants_rows(rows, parts[0], compared, Ticks(table, layout), items)
    if composed:
        found = (_as_in_file(each, composed) for each in found)
    periods = RowPeriods(table, header)
    return found if periods.column is None else _with_periods(found, periods)


def _with_periods(
    found: Iterable[Record | BadRow | LeftOutRow], periods: RowPeriods
) -> Iterator[Record | BadRow | LeftOutRow]:
    """Yield what was read of the rows, with the years of their months."""
    for each in found:
        if not isinstance(each, Record):
            yield periods.as_dated(each) if isinstance(each, LeftOutRow) else each
        elif periods.says_all(each):
            yield each
        else:
            problem = periods.problem(each)
            yield periods.dated(each) if problem is None else BadRow([problem])


def _as_in_file(found: Record | BadRow | LeftOutRow, composed: ComposedRows) -> Record | BadRow | LeftOutRow:
    """Return what was read of a row, with its cells as the file has them."""
    if isinstance(found, Record):
        return replace(found, cells=composed.without(found.cells))
    if isinstance(found, BadRow):
        return BadRow([composed.as_in_file(problem) for problem in found.problems])
    return found


def _merchants_rows(
    rows: Iterable[Row], part: _Part, compared: ComparedSums, ticks: Ticks, items: GroupItems
) -> Iterator[Record | BadRow | LeftOutRow]:
    reader, others = part.reader, part.others
    for row in rows:
        ticked = ticks.of(row)
        if ticked is not Tick.DUE:
            yield _without_tick(row, ticked, ticks, reader, others)
            continue
        record: Record | BadRow | LeftOutRow | None = reader.read_good(row)
        if record is None or others.paid.says_something(row):
            record = _read_closely(row, reader, others)
        elif isinstance(record, Record):
            others.count(record.values)
        if isinstance(record, Record):
            compared.compare(record)
            record = items.added(record)
        elif isinstance(record, LeftOutRow):
            record = items.heading(row, record)
        yield record


def _without_tick(
    row: Row, ticked: Tick, ticks: Ticks, reader: RowReader, others: OtherRows
) -> BadRow | LeftOutRow:
    """Return a row that is no bill, or does not say whether it is one."""
    left_out = others.left_out(row)
    if left_out is not None:
        return left_out
    record, problems = reader.read(row)
    if ticked is Tick.UNKNOWN:
        return BadRow([ticks.problem(row), *problems])
    return others.row_without_bill(row, RowClass.NO_AMOUNT, record.values, record.inputs)


def _read_closely(row: Row, reader: RowReader, others: OtherRows) -> Record | BadRow | LeftOutRow:
    left_out = others.left_out(row)
    if left_out is not None and not (reader.makes_numbers and left_out.row_class is RowClass.NO_AMOUNT):
        return left_out
    record, problems = reader.read(row)
    if left_out is not None:
        return replace(left_out, values=record.values, inputs=record.inputs)
    others.count(record.values)
    if others.paid.instead_of_amount(row) or others.paid.says_paid(row, record.values):
        return others.row_without_bill(row, RowClass.PAID, record.values, record.inputs)
    problems += others.paid.problems(row, record.values)
    return BadRow(problems) if problems else record


class _Part:
    """Reads one of the records of each row."""

    def __init__(
        self, header: Header, layout: Layout, table: Table, untitled: set[int] | None, mine: Slice | None
    ) -> None:
        self._hidden = (
            frozenset()
            if mine is None
            else hidden_from(mine, header.slices, (*header.shared, *header.shared_inputs), table.width)
        )
        if mine is not None:
            header = replace(
                header, columns=header.shared + mine.columns, inputs=header.shared_inputs + mine.inputs
            )
            layout = replace(layout, constants={**layout.constants, **mine.constants})
        self.amount = next((each.title for each in header.columns if each.column.key == AMOUNT), "")
        self.reader = RowReader(header, layout, table, untitled)
        self.others = OtherRows(header, layout, table)

    def looks_like_record(self, row: Row) -> bool:
        """Whether a row above the header would be a record below it, or one with a mistake in it.

        A title is not: it leaves cells blank, or has no number where the amount should be.
        """
        own = self.own(row)
        if self.reader.read_good(own) is not None:
            return True
        if all(map(shows_nothing, own.cells)) or self.others.left_out(own) is not None:
            return False
        record, problems = self.reader.read(own)
        amounts = [
            record.values.get(AMOUNT),
            *(each.value for each in problems if each.column == self.amount),
        ]
        return all(each.value for each in problems) and any(map(_has_digit, amounts))

    def own(self, row: Row) -> Row:
        """Return a row without the cells of its other records."""
        if not self._hidden:
            return row
        return Row(row.number, tuple("" if at in self._hidden else cell for at, cell in enumerate(row.cells)))


def _records_of_row(row: Row, parts: Sequence[_Part]) -> Iterator[Record | BadRow | LeftOutRow]:
    """Yield the records of one row; a row that is left out, such as a total, comes once."""
    bad: list[tuple[_Part, BadRow]] = []
    left: LeftOutRow | None = None
    for part in parts:
        own = part.own(row)
        if all(map(shows_nothing, own.cells)):
            # A table that is shorter than the one beside it.
            continue
        record = part.reader.read_good(own)
        if record is not None and not part.others.paid.says_something(own):
            part.others.count(record.values)
            yield replace(record, cells=row.cells)
            continue
        found = _read_closely(own, part.reader, part.others)
        if isinstance(found, Record):
            yield replace(found, cells=row.cells)
        elif isinstance(found, BadRow):
            bad.append((part, found))
        elif found.row_class in {RowClass.NO_AMOUNT, RowClass.PAID}:
            yield found
        elif left is None or (left.stated is None and found.stated is not None):
            left = found
    if left is not None and left.row_class is RowClass.TOTAL:
        # Tables side by side may have one total: 总计 below the first, and its sum below the last.
        unnamed = [part for part, _ in bad if part.others.states_only(part.own(row))]
        bad = [(part, each) for part, each in bad if part not in unnamed]
        left = _total_of_all(row, unnamed, parts, left)
    yield from _bad_records(row, [each for _, each in bad])
    if left is not None:
        yield left


def _bad_records(row: Row, bad: Sequence[BadRow]) -> Iterator[BadRow]:
    """Yield the bad records of one row; what several have in common is told once."""
    told: list[RowProblem] = []
    for each in bad:
        problems = [replace(problem, cells=row.cells) for problem in each.problems]
        yield BadRow([problem for problem in problems if problem not in told])
        told += problems


def _total_of_all(row: Row, unnamed: Sequence[_Part], parts: Sequence[_Part], left: LeftOutRow) -> LeftOutRow:
    """Return a total whose sum may be that of all parts of the rows above it.

    Args:
        unnamed: parts with a sum beside the word for a total, which were taken for records.
    """
    sums = [found for part in unnamed if (found := part.others.take_back(part.own(row))) is not None]
    summed = sum(part.others.summed for part in parts)
    for part, stated in zip(unnamed, sums, strict=False):
        if stated not in {part.others.summed, summed}:
            return replace(left, stated=stated, summed=summed)
    return replace(left, stated=None, summed=None) if left.stated == summed else left


def _has_digit(amount: object) -> bool:
    return any(map(str.isdigit, str(amount)))
