"""Completes rows that lack what others have: the customer of a name, and a bill number made of what the row says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from offline_collect.domain.imports.made_numbers import NUMBER_MAX, Composition, Lacking, TooLong
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.columns.header import Header, match_header
from offline_collect.files.columns.records import Record
from offline_collect.files.errors import RowProblem
from offline_collect.files.read.open import Table
from offline_collect.merchant.common.target import Target
from offline_collect.merchant.imports.bill_owners import Names, owners, row_problem
from offline_collect.merchant.imports.customer_rows import normal_inputs
from offline_collect.store import SqlStore


@dataclass(frozen=True, slots=True)
class MadeNumbers:
    """What is told of numbers that were made.

    Attributes:
        example: the first of them.
        unlisted: how many unpaid bills of the file's periods, or without a period and due on the same days, have other
            numbers: a corrected item makes a new bill.
    """

    example: str
    unlisted: int = 0


class Completion:
    """Adds to rows what no column of their file holds; each chunk is looked up in one short read."""

    def __init__(self, store: SqlStore, target: Target, header: Header) -> None:
        self._store = store
        self._target = target
        self._by_name = header.by_name
        self._names: Names | None = None
        self.made: Composition | None = target.layout.made if header.makes_numbers else None

    @classmethod
    def needed(cls, store: SqlStore, target: Target, table: Table) -> Completion | None:
        """Return what completes the rows of a table; None if they lack nothing.

        Raises:
            HeaderError: its header does not fit the layout.
        """
        header = match_header(table, target.layout)
        return cls(store, target, header) if header.makes_numbers or header.by_name else None

    def complete(self, records: Sequence[Record]) -> tuple[list[Record], list[RowProblem]]:
        """Add customers and numbers to rows; return the complete ones, and the problems of the others."""
        done: list[Record] = []
        problems: list[RowProblem] = []
        for record, owner in zip(records, self._owners(records), strict=True):
            problem = owner if isinstance(owner, RowProblem) else self._add(record, owner)
            if problem is None:
                done.append(record)
            else:
                problems.append(problem)
        return done, problems

    def _owners(self, records: Sequence[Record]) -> list[str | RowProblem]:
        if not records:
            return []
        with self._store.snapshot() as reading:
            if self._by_name and self._names is None:
                self._names = Names(reading, self._target.merchant.merchant_id)
            return owners(reading, records, self._target, self._names)

    def _add(self, record: Record, owner: str) -> RowProblem | None:
        record.values["customer_no"] = owner
        if self.made is None:
            return None
        parts = {key: str(value) for key, value in record.values.items()}
        number = self.made.number(normal_inputs(record, self._target) | parts)
        if isinstance(number, str):
            record.values[self._target.layout.made_key] = number
            return None
        return self._no_number(record, number)

    def _no_number(self, record: Record, found: Lacking | TooLong) -> RowProblem:
        title = self._target.title
        if isinstance(found, Lacking):
            reason = Phrase("is blank, but the bill's number is made of it")
            return row_problem(record, title(found.key), reason, Phrase("fill it in"), "")
        reason = Phrase(
            "makes a bill number of more than {most} characters: {number}",
            most=NUMBER_MAX,
            number=found.number,
        )
        number = title(self._target.layout.made_key)
        remedy = Phrase(
            "add a column {title}, or say in a mapping what the numbers are made of", title=number
        )
        return row_problem(record, title("customer_no"), reason, remedy, str(record.values["customer_no"]))


def same_number_problem(record: Record, target: Target, number: str, first_row: int) -> RowProblem:
    """Return the problem of a row that gets the number of an earlier bill of its file."""
    reason = Phrase("{number} is made for row {row} already", number=number, row=first_row)
    layout = target.layout
    item = layout.made.item if layout.made is not None else layout.made_key
    remedy = Phrase(
        "say what tells the two bills apart, such as {item}, or add a column {title}",
        item=target.title(item),
        title=target.title(layout.made_key),
    )
    return row_problem(record, target.title(layout.made_key), reason, remedy, number)
