"""Writes results that pay bills in full: one payment is decided, and the rows of the others are written as its own are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat
from typing import Any, NamedTuple

from sqlalchemy import Table

from offline_collect.domain.answers import to_document
from offline_collect.domain.bills import Bill
from offline_collect.domain.debits.batches import Batch, RecordState
from offline_collect.domain.debits.in_full import Debited
from offline_collect.domain.effects import Effects, Notice, notice_id_of
from offline_collect.store.database.bulk_write import bulk_insert_columns, bulk_update
from offline_collect.store.database.json import to_json
from offline_collect.store.database.list_write import Row, column_names
from offline_collect.store.debits.batch_bills import OVERTAKEN
from offline_collect.store.debits.records import RESULT_COLUMNS
from offline_collect.store.schema.debit_tables import debit_records
from offline_collect.store.schema.tables import bills, entries, outbox, payments, transactions
from offline_collect.store.sql.by_name import picker
from offline_collect.store.sql.row_mapping import (
    BILL_CHANGES,
    bill_from_row,
    entry_row,
    notice_row,
    payment_row,
    transaction_row,
)
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.versioning.bills_in_effect import locked_bill_rows

_debited = picker(bills.columns.keys(), Debited._fields)


class PaidInFull(NamedTuple):
    """Results of a batch, each a column of what differs among them.

    Attributes:
        fee_bases: of the bills, after their payments.
        values: what the answer of each payment's transaction says.
        journals: what the journal tells of each.
    """

    sequences: Sequence[int]
    bills: Sequence[Debited]
    bill_nos: Sequence[str]
    customer_nos: Sequence[str]
    amounts: Sequence[int]
    fee_bases: Sequence[int]
    serial_numbers: Sequence[str]
    keys: Sequence[str]
    approval_codes: Sequence[str]
    fingerprints: Sequence[str]
    values: Sequence[Mapping[str, str | int]]
    journals: Sequence[str]
    return_codes: Sequence[str]
    core_serials: Sequence[str | None]
    reasons: Sequence[str | None]


class DebitedBills:
    """Bills in effect, locked until the transaction ends; a number without a bill has none."""

    def __init__(self, tx: StoreTransaction, merchant_id: str, numbers: Iterable[str]) -> None:
        self._rows = locked_bill_rows(tx, merchant_id, numbers)

    def debited(self, bill_no: str) -> Debited | None:
        """Return what decides whether a result pays a bill in full."""
        row = self._rows.get(bill_no)
        return None if row is None else Debited._make(_debited(row))

    def bill(self, bill_no: str) -> Bill | None:
        """Return a whole bill."""
        row = self._rows.get(bill_no)
        return None if row is None else bill_from_row(row)


def write_paid_in_full(
    tx: StoreTransaction, batch: Batch, paid: PaidInFull, first: Effects, on: dt.date
) -> None:
    """Write payments, bills and records; the transaction has locked batch and bills.

    Args:
        first: the effects of the first result; those of the others differ in ``paid`` alone.
        on: the day up to which late fee was asked.
    """
    _insert_transactions(tx, paid, first)
    _insert_entries(tx, paid, first)
    _insert_notices(tx, paid, first.notices)
    _insert_payments(tx, paid, first)
    _change_records(tx, batch.batch_no, paid)
    _change_bills(tx, paid, on)


def _insert_transactions(tx: StoreTransaction, paid: PaidInFull, first: Effects) -> None:
    (transaction,) = first.transactions
    answer = to_document(transaction.answer)
    differing = {
        "key": paid.keys,
        "fingerprint": paid.fingerprints,
        "answer": [to_json(answer | {"values": values}) for values in paid.values],
        "serial_number": paid.serial_numbers,
        "amount_minor": paid.amounts,
        "journal": paid.journals,
    }
    _insert(tx, transactions, transaction_row(transaction), differing)


def _insert_entries(tx: StoreTransaction, paid: PaidInFull, first: Effects) -> None:
    lines = []
    for each in first.entries:
        amounts = paid.amounts if each.amount_minor > 0 else [-amount for amount in paid.amounts]
        differing = {
            "posting": paid.serial_numbers,
            "payment_serial": paid.serial_numbers,
            "amount_minor": amounts,
        }
        lines.append(_columns(entries, entry_row(each), differing))
    # In the order of the table, which SQLite keeps by its key.
    ordered = [list(chain.from_iterable(zip(*column, strict=True))) for column in zip(*lines, strict=True)]
    bulk_insert_columns(tx.connection, entries, ordered)


def _insert_notices(tx: StoreTransaction, paid: PaidInFull, told: Sequence[Notice]) -> None:
    for each in told:
        line = each.payment_line
        differing = {
            "notice_id": [notice_id_of(each.kind, serial, line) for serial in paid.serial_numbers],
            "customer_no": paid.customer_nos,
            "bill_no": paid.bill_nos,
            "payment_serial": paid.serial_numbers,
            "amount_minor": paid.amounts,
        }
        _insert(tx, outbox, notice_row(each), differing)


def _insert_payments(tx: StoreTransaction, paid: PaidInFull, first: Effects) -> None:
    (payment,) = first.payments
    differing = {
        "serial_number": paid.serial_numbers,
        "key": paid.keys,
        "bill_no": paid.bill_nos,
        "customer_no": paid.customer_nos,
        "amount_minor": paid.amounts,
        "principal_minor": paid.amounts,
        "owed_principal_minor": paid.amounts,
        "approval_code": paid.approval_codes,
        "state_by": paid.serial_numbers,
    }
    pattern = payment_row(payment, notified=bool(first.notices))
    _insert(tx, payments, pattern, differing)


def _change_records(tx: StoreTransaction, batch_no: str, paid: PaidInFull) -> None:
    nothing = repeat(None)
    rows = zip(
        repeat(RecordState.SETTLED.value),
        nothing,
        paid.return_codes,
        paid.amounts,
        paid.core_serials,
        paid.reasons,
        nothing,
        paid.serial_numbers,
        repeat(batch_no),
        paid.sequences,
        strict=False,
    )
    bulk_update(tx.connection, debit_records, RESULT_COLUMNS, ("batch_no", "sequence"), list(rows))


def _change_bills(tx: StoreTransaction, paid: PaidInFull, on: dt.date) -> None:
    rows = [
        (
            None,
            bill.amount_minor,
            bill.paid_late_fee_minor,
            bill.waived_late_fee_minor,
            base,
            on,
            0,
            bill.bill_id,
        )
        for bill, base in zip(paid.bills, paid.fee_bases, strict=True)
    ]
    bulk_update(tx.connection, bills, ("mark", *BILL_CHANGES), ("bill_id",), rows, OVERTAKEN)


def _insert(tx: StoreTransaction, table: Table, pattern: Row, differing: Mapping[str, Sequence[Any]]) -> None:
    bulk_insert_columns(tx.connection, table, _columns(table, pattern, differing))


def _columns(table: Table, pattern: Row, differing: Mapping[str, Sequence[Any]]) -> list[Sequence[Any]]:
    """Return the columns of rows that are a pattern, but for some columns."""
    count = len(next(iter(differing.values())))
    return [
        differing[name] if name in differing else (usual,) * count
        for name, usual in zip(column_names(table), pattern, strict=True)
    ]
