"""The checked rows of a file, in chunks; the problems of bad rows are kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import chain

from offline_collect.domain.imports.left_out import RowClass
from offline_collect.domain.imports.refusals import KeyHolder, MandateTaken, UnknownCustomer
from offline_collect.domain.imports.row_sums import RowSums
from offline_collect.domain.imports.titles import plain_title
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.columns.header import match_header
from offline_collect.files.columns.hidden_columns import hidden_titles
from offline_collect.files.columns.merchants_rows import BadRow, read_merchants_table
from offline_collect.files.columns.other_rows import LeftOutRow
from offline_collect.files.columns.records import Record
from offline_collect.files.errors import RowProblem
from offline_collect.files.read.open import Table
from offline_collect.merchant.common.target import Target
from offline_collect.merchant.imports.left_out import LeftOut
from offline_collect.merchant.imports.made_numbers import Completion, same_number_problem
from offline_collect.merchant.imports.order import Kind
from offline_collect.merchant.imports.problems import Problems
from offline_collect.merchant.imports.refusal_words import refusal_words
from offline_collect.merchant.imports.repeated_numbers import SeenNumbers, repeated_number_problem
from offline_collect.merchant.imports.result import HiddenPart
from offline_collect.merchant.imports.row_numbers import CountedRows, RowNumbers, row_numbers
from offline_collect.store import RowOutcome

CHUNK = 1_000
"""Rows that one transaction stages: it takes a fraction of the second that a payment may wait."""

_NUMBERED = frozenset({RowClass.NO_AMOUNT, RowClass.NUMBER_ONLY, RowClass.PAID})
"""Rows that are left out, but that a column of row numbers counts."""

Judged = list[tuple[Record, RowOutcome]]
"""Rows, each with its outcome in the store."""


class CheckedRows:
    """The good rows of a table and of the sheets that go on with it; the bad ones go to ``problems``.

    Attributes:
        rows: how many have been read, good and bad.
        seen: the numbers of the good rows, and of those that are left out.
        periods: that the good rows name.
        days: on which good rows without a period are due, if their numbers are made.
        left: what is no bill or customer.
        made: the first number that was made; None if numbers are not made.
    """

    def __init__(
        self,
        table: Table,
        target: Target,
        kind: Kind,
        problems: Problems,
        completion: Completion | None = None,
    ) -> None:
        self._table = table
        self._sheets: list[Table] = []
        self._target = target
        self._kind = kind
        self._problems = problems
        self._title = target.title(kind.key_column)
        self._lacking = _title_of_customers(table, target, kind)
        self.rows = 0
        self.seen = SeenNumbers()
        self.periods: set[str] = set()
        self.days: set[dt.date] = set()
        self.left = LeftOut()
        self.made: str | None = None
        self._several_a_row = bool(match_header(table, target.layout).slices)
        self._completion = completion
        self._makes_numbers = completion is not None and completion.made is not None
        self._left_numbers = SeenNumbers()
        # Customers may well be numbered 001, 002, … or M1, M2, …: the check of their names is enough.
        self._counted = CountedRows(plain=kind.key_column == "customer_no")

    @property
    def row_numbers(self) -> RowNumbers | None:
        """The numbers of the file if they count its rows, once it has been read; None if they do not."""
        return row_numbers(self._counted, self._table, self._target.layout, self._kind.key_column)

    @property
    def hidden(self) -> HiddenPart:
        """The hidden parts of the sheets, as far as they have been read."""
        titles = chain.from_iterable(hidden_titles(sheet, self._target.layout) for sheet in self._sheets)
        return HiddenPart(sum(sheet.hidden.read for sheet in self._sheets), tuple(dict.fromkeys(titles)))

    def chunks(self) -> Iterator[list[Record]]:
        """Yield the good rows, at most :data:`CHUNK` at a time; an empty list means that all were bad.

        Raises:
            FileError: the rest is not a table.
        """
        chunk: list[Record] = []
        free: list[Record] = []
        told = 0
        for read in self._read():
            if isinstance(read, LeftOutRow):
                self._leave_out(read, free)
            else:
                self.rows += 1
                if isinstance(read, BadRow):
                    self._counted.pass_over()
                    self._problems.add_all(read.problems)
                elif self._is_good(read):
                    chunk.append(read)
            if self.rows + len(free) >= told + CHUNK:
                told = self.rows
                yield self._completed(chunk, free)
                chunk, free = [], []
        yield self._completed(chunk, free)

    def _read(self) -> Iterator[Record | BadRow | LeftOutRow]:
        """Yield what the sheets have, one after the other."""
        layout = self._target.layout
        for sheet in self._table.sheets():
            untitled: set[int] = set()
            self._sheets.append(sheet)
            self._problems.begin(sheet, self._target)
            sums = RowSums()
            yield from read_merchants_table(sheet, layout, untitled, sums)
            self.left.complete(sheet, layout, untitled)
            self.left.row_sums.append(sums)
            self._counted.end_sheet()

    def has(self, number: str) -> bool:
        """Whether the file has a bill or customer with a number, in a good row or in one with nothing to pay."""
        return number in self.seen or number in self._left_numbers

    def _leave_out(self, row: LeftOutRow, free: list[Record]) -> None:
        """Count a row; one with nothing to pay whose number is to be made goes to ``free``."""
        self.left.add(row)
        if row.number:
            # It is in the file all the same: its bill is not missing from it.
            self.seen.first_row(row.number, row.row)
            if row.row_class in _NUMBERED:
                self._counted.note(row.number)
        elif row.values and self._makes_numbers:
            record = Record(row.row, dict(row.values), dict(row.inputs), {})
            if not self._kind.check(record, self._target):
                free.append(record)

    def _is_good(self, record: Record) -> bool:
        """Whether a row is good by itself; its number is looked at later if it is still to be made."""
        self.left.note(record)
        problems = self._kind.check(record, self._target)
        new = self._makes_numbers or self._is_new(record)
        self._problems.add_all(problems)
        if problems or not new:
            return False
        self._note_period(record)
        return True

    def _is_new(self, record: Record) -> bool:
        key = str(record.values[self._kind.key_column])
        self._counted.note(key)
        again = self._several_a_row and key in self.seen
        first = self.seen.first_row(key, record.row)
        if first == record.row and not again:
            return True
        self._problems.add(repeated_number_problem(record, self._title, key, first, self._lacking))
        return False

    def _completed(self, chunk: list[Record], free: list[Record]) -> list[Record]:
        """Return a chunk's rows with their customers and numbers, without those that have none or another's."""
        completion = self._completion
        if completion is None:
            return chunk
        done, problems = completion.complete(chunk)
        self._problems.add_all(problems)
        if not self._makes_numbers:
            return done
        for record in completion.complete(free)[0]:
            self._left_numbers.first_row(str(record.values[self._kind.key_column]), record.row)
        return [record for record in done if self._is_made_once(record)]

    def _is_made_once(self, record: Record) -> bool:
        number = str(record.values[self._kind.key_column])
        self.made = self.made or number
        again = number in self.seen
        first = self.seen.first_row(number, record.row)
        if again:
            self._problems.add(same_number_problem(record, self._target, number, first))
        return not again

    def _note_period(self, record: Record) -> None:
        period = record.values.get("period")
        if period is not None:
            self.periods.add(str(period))
        elif self._makes_numbers and isinstance(day := record.values.get("due_date"), dt.date):
            self.days.add(day)


def _title_of_customers(table: Table, target: Target, kind: Kind) -> str:
    """Return our name of the customers' numbers, if a list of customers has them by another title; else ''."""
    columns = match_header(table, target.layout).columns
    found = next((each for each in columns if each.column.key == kind.key_column), None)
    if kind.key_column != "customer_no" or found is None:
        return ""
    column = found.column
    ours = {plain_title(column.key), plain_title(column.label)}
    return "" if plain_title(found.title) in ours else column.label


class HeldBack:
    """Rows whose inputs another customer has now, which a later row of the file may change.

    They are checked again together at the end. At most as many as one transaction takes are held; further
    ones are refused at once.

    Attributes:
        records: the rows.
    """

    def __init__(self) -> None:
        self.records: list[Record] = []

    def hold(self, judged: Judged) -> Judged:
        """Hold back rows that may yet be good; return the others."""
        others: Judged = []
        for record, outcome in judged:
            holder = outcome.key_holder
            if holder is not None and holder.in_effect and len(self.records) < CHUNK:
                self.records.append(record)
            else:
                others.append((record, outcome))
        return others


def refusals(kind: Kind, target: Target, seen: SeenNumbers, judged: Judged) -> list[RowProblem]:
    """Return why the store refuses rows; ``seen`` holds the numbers of the file."""
    found = []
    for record, outcome in judged:
        if outcome.key_holder is not None:
            found.append(taken_key_problem(record, outcome.key_holder, seen))
        elif isinstance(outcome.refusal, MandateTaken):
            reason = refusal_words(outcome.refusal)
            found.append(_refused(record, target.title("mandate_ref"), outcome.refusal.reference, reason))
        elif isinstance(outcome.refusal, UnknownCustomer):
            found.append(_unknown_customer_problem(record, outcome.refusal, target))
        elif outcome.refusal is not None:
            number, reason = str(record.values[kind.key_column]), refusal_words(outcome.refusal)
            found.append(_refused(record, target.title(kind.key_column), number, reason))
    return found


def _unknown_customer_problem(record: Record, unknown: UnknownCustomer, target: Target) -> RowProblem:
    """Return the problem of a bill whose customer does not exist: the customer's column is wrong, not the bill's."""
    return _refused(record, target.title("customer_no"), unknown.customer_no, refusal_words(unknown))


def _refused(record: Record, column: str, number: str, reason: Phrase) -> RowProblem:
    remedy = Phrase("correct the row, or leave it out")
    return RowProblem(
        row=record.row, column=column, value=number, reason=reason, remedy=remedy, cells=record.cells
    )


def taken_key_problem(record: Record, holder: KeyHolder, seen: SeenNumbers | None = None) -> RowProblem:
    """Return the problem of a customer whose lookup key is taken; ``seen`` holds the numbers of its file."""
    reason = refusal_words(holder)
    if seen is not None and holder.import_id is None and holder.customer_no in seen:
        reason = Phrase(
            "has the same {labels} as customer {customer_no} in row {row}",
            labels=holder.labels,
            customer_no=holder.customer_no,
            row=seen.first_row(holder.customer_no, record.row),
        )
    return RowProblem(
        row=record.row,
        column=holder.labels,
        value="",
        reason=reason,
        remedy=Phrase("correct one of the two"),
        cells=record.cells,
    )
