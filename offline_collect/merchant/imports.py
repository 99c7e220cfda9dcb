"""Importing customers and bills, first form: the whole file or nothing, in one transaction (files.md).

A file is read twice. The first pass only reads and checks, so that a file with bad rows never touches the
store; the second writes, chunk by chunk. Neither holds the file in memory.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from offline_collect.domain.forms import PaymentForm, form_to_document
from offline_collect.domain.merchants import Merchant
from offline_collect.files.digest import Digest
from offline_collect.files.errors import RowProblem
from offline_collect.files.layout import Layout, compile_layout
from offline_collect.files.records import Record, read_records
from offline_collect.files.table import Table, open_table
from offline_collect.merchant.errors import NoFormError
from offline_collect.merchant.import_result import ImportRefusedError, ImportResult, Problems
from offline_collect.store import (
    CHUNK_MAX,
    Change,
    ImportedFile,
    SqlStore,
    StoreTransaction,
    append_audit,
    find_imported_file,
    get_form,
    register_file,
    require_merchant,
)


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What is to be imported.

    Attributes:
        file: CSV or workbook.
        sheet: of a workbook; None takes its first visible one.
        layout: what the layout's schema file holds, and that file's name.
        who: imports it, for the audit.
        again: take a file that was taken before all the same.
    """

    merchant_id: str
    file: Path
    sheet: str | None
    layout: tuple[Mapping[str, Any], str]
    who: str
    now: dt.datetime
    again: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """Whose rows they are, and how they are read."""

    merchant: Merchant
    form: PaymentForm
    layout: Layout

    def title(self, key: str) -> str:
        """Return what people call a column or input."""
        columns = (*self.layout.columns, *self.layout.inputs)
        return next((column.label for column in columns if column.key == key), key)


class Kind(Protocol):
    """What differs between customers and bills."""

    name: str

    def key(self, record: Record) -> str:
        """Return the number that no other row of the file may have."""
        ...

    def check(self, record: Record, target: Target) -> Iterator[RowProblem]:
        """Yield what is wrong with a row by itself."""
        ...

    def write(
        self, tx: StoreTransaction, records: list[Record], target: Target
    ) -> tuple[list[Change], list[RowProblem]]:
        """Write rows; return what was done with each, and what the store's content forbids."""
        ...


def import_file(store: SqlStore, order: ImportOrder, kind: Kind) -> ImportResult:
    """Import a file for a merchant.

    Raises:
        ImportRefusedError: it has bad rows; nothing was done.
        NoFormError: the merchant has no form yet, whose inputs the file must have.
        FileError: the file cannot be read at all.
        StoreError: no such merchant, or the store cannot be reached.
    """
    with open_table(order.file, sheet=order.sheet) as table:
        with store.snapshot() as reading:
            target = _target(reading, order)
            earlier = find_imported_file(reading, order.merchant_id, kind.name, table.digest.sha256)
        if earlier is not None and not order.again:
            return ImportResult(kind.name, Counter({Change.UNCHANGED: earlier.rows_read}), earlier)
        _check_rows(table, target, kind)
    with store.transaction() as tx:
        counts = _write_rows(tx, order, target, kind)
        _record_import(tx, order, kind, table.digest, counts)
    return ImportResult(kind.name, counts)


def _target(tx: StoreTransaction, order: ImportOrder) -> Target:
    merchant = require_merchant(tx, order.merchant_id)
    form = get_form(tx, order.merchant_id)
    if form is None:
        raise NoFormError(order.merchant_id)
    values, source = order.layout
    inputs = form_to_document(form)["inputs"]
    layout = compile_layout(values, inputs=inputs, currency=merchant.currency, source=source)
    return Target(merchant, form, layout)


def _check_rows(table: Table, target: Target, kind: Kind) -> None:
    """Read the whole file once; raise if a row is bad."""
    problems, rows, bad_row = Problems(), 0, 0
    seen: dict[str, int] = {}
    for read in read_records(table, target.layout):
        rows += read.row != bad_row
        if isinstance(read, RowProblem):
            bad_row = read.row
            problems.add(read)
            continue
        for problem in _problems(read, target, kind, seen):
            problems.add(problem)
    if problems.count:
        raise ImportRefusedError(table.path.name, rows, problems)


def _problems(record: Record, target: Target, kind: Kind, seen: dict[str, int]) -> Iterator[RowProblem]:
    yield from kind.check(record, target)
    key = kind.key(record)
    first = seen.setdefault(key, record.row)
    if first != record.row:
        title = target.layout.columns[0].label
        yield RowProblem(record.row, title, key, f"is in row {first} already", "keep one of the two rows")


def _write_rows(tx: StoreTransaction, order: ImportOrder, target: Target, kind: Kind) -> Counter[Change]:
    """Read the file again and write it; raise, so that nothing stays, if the store's content forbids a row."""
    counts: Counter[Change] = Counter()
    problems = Problems()
    with open_table(order.file, sheet=order.sheet) as table:
        records = (read for read in read_records(table, target.layout) if isinstance(read, Record))
        while chunk := list(islice(records, CHUNK_MAX)):
            done, refused = kind.write(tx, chunk, target)
            counts.update(done)
            for problem in refused:
                problems.add(problem)
    if problems.count:
        raise ImportRefusedError(order.file.name, counts.total(), problems)
    return counts


def _record_import(
    tx: StoreTransaction, order: ImportOrder, kind: Kind, digest: Digest, counts: Counter[Change]
) -> None:
    name = order.file.name[-200:]
    register_file(
        tx,
        ImportedFile(
            order.merchant_id,
            kind.name,
            digest.sha256,
            name,
            digest.size,
            counts.total(),
            order.who,
            order.now,
        ),
    )
    told = {change.value.lower(): counts[change] for change in Change}
    after = {"file": name, "sha256": digest.sha256, "size": digest.size, **told}
    append_audit(tx, order.who, f"{kind.name} import {order.merchant_id}", None, after, order.now)
