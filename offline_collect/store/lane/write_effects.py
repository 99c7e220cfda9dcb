"""Writing effects: a batch's effects of one kind with one statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Table

from offline_collect.domain.bills import Bill
from offline_collect.domain.effects import Effects
from offline_collect.store.database.bulk_write import BulkWrites
from offline_collect.store.database.list_write import ListWrites, Row
from offline_collect.store.schema.reconciliation_tables import agreed_totals
from offline_collect.store.schema.tables import (
    bills,
    entries,
    outbox,
    payments,
    reconciliation_items,
    reversals,
    traces,
    transactions,
)
from offline_collect.store.sql.row_mapping import (
    BILL_CHANGES,
    agreed_row,
    bill_change,
    entry_row,
    item_row,
    notice_row,
    payment_row,
    reversal_row,
    trace_row,
    transaction_row,
)

_TRANSACTION_CHANGES = tuple(column.name for column in transactions.columns if column.name != "key")
_OVERTAKEN = ("superseded_by",)
"""A staged change of a bill that is paid or reversed will not take effect; see ``standing``."""

Writes = BulkWrites | ListWrites
_Insert = Callable[[Table, Sequence[Row]], None]

_INSERTS = (
    (reversals, "reversals", reversal_row),
    (entries, "entries", entry_row),
    (outbox, "notices", notice_row),
    (reconciliation_items, "items", item_row),
    (agreed_totals, "agreed", agreed_row),
)


def write_effects(writes: Writes, effects: Sequence[Effects]) -> None:
    """Write effects as if one after the other.

    New rows come first; of what changes more than once in the batch the last value counts.

    Raises:
        RefusedError: a value cannot be stored.
    """
    write_postings(writes, effects)
    _change_bills(writes, effects)


def write_postings(writes: Writes, effects: Sequence[Effects]) -> None:
    """Write effects without what they change of bills.

    Raises:
        RefusedError: a value cannot be stored.
    """
    _insert_transactions(writes.insert, effects)
    for table, name, to_row in _INSERTS:
        rows: list[Row] = [to_row(thing) for each in effects for thing in getattr(each, name)]
        if rows:
            writes.insert(table, rows)
    _insert_payments(writes.insert, effects)
    _replace_transactions(writes, effects)
    _advance_payments(writes, effects)


def _insert_transactions(insert: _Insert, effects: Sequence[Effects]) -> None:
    """Insert them and their traces first, each in the order of its key.

    Their indexes are where lanes collide, and so none waits in a circle.
    """
    rows = [transaction_row(row) for each in effects for row in each.transactions]
    insert(transactions, sorted(rows, key=itemgetter(0)))
    left = [trace_row(row) for each in effects for row in each.traces]
    insert(traces, sorted(left, key=itemgetter(0, 1)))


def _insert_payments(insert: _Insert, effects: Sequence[Effects]) -> None:
    notified = {(notice.payment_serial, notice.payment_line) for each in effects for notice in each.notices}
    rows = [
        payment_row(payment, notified=(payment.serial_number, payment.line) in notified)
        for each in effects
        for payment in each.payments
    ]
    insert(payments, rows)


def _replace_transactions(writes: Writes, effects: Sequence[Effects]) -> None:
    last = {row.key: row for each in effects for row in each.replaced}
    if not last:
        return
    # The key is a row's first column; what names the row stands last in an update.
    rows = [(*row[1:], row[0]) for row in map(transaction_row, last.values())]
    writes.update(transactions, _TRANSACTION_CHANGES, ("key",), rows)


def _advance_payments(writes: Writes, effects: Sequence[Effects]) -> None:
    last = {(change.serial_number, change.line): change for each in effects for change in each.states}
    if not last:
        return
    rows: list[Any] = [(change.state.value, change.state_by, *line) for line, change in last.items()]
    writes.update(payments, ("state", "state_by"), ("serial_number", "line"), rows)


def _change_bills(writes: Writes, effects: Sequence[Effects]) -> None:
    last: dict[int, Bill] = {bill.bill_id: bill for each in effects for bill in each.bills}
    rows = [bill_change(bill) for bill in last.values()]
    writes.update(bills, BILL_CHANGES, ("bill_id",), rows, cleared=_OVERTAKEN)
