"""Writing effects: a batch's effects of one kind with one statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table

from offline_collect.domain.bills import Bill
from offline_collect.domain.effects import Effects
from offline_collect.store.database.bulk_write import Row, bulk_insert, bulk_update
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

_Insert = Callable[[Table, Sequence[Row]], None]

_INSERTS = (
    (reversals, "reversals", reversal_row),
    (entries, "entries", entry_row),
    (outbox, "notices", notice_row),
    (reconciliation_items, "items", item_row),
)


def write_effects(connection: Connection, effects: Sequence[Effects], *, piped: bool = False) -> None:
    """Write effects as if one after the other.

    New rows come first; of what changes more than once in the batch the last value counts.

    Args:
        piped: see :func:`~offline_collect.store.database.bulk_write.bulk_insert`.

    Raises:
        RefusedError: a value cannot be stored.
    """
    insert = partial(bulk_insert, connection, piped=piped)
    _insert_transactions(insert, effects)
    for table, name, to_row in _INSERTS:
        rows: list[Row] = [to_row(thing) for each in effects for thing in getattr(each, name)]
        insert(table, rows)
    _insert_payments(insert, effects)
    _replace_transactions(connection, effects)
    _advance_payments(connection, effects)
    _change_bills(connection, effects)


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


def _replace_transactions(connection: Connection, effects: Sequence[Effects]) -> None:
    last = {row.key: row for each in effects for row in each.replaced}
    # The key is a row's first column; what names the row stands last in an update.
    rows = [(*row[1:], row[0]) for row in map(transaction_row, last.values())]
    bulk_update(connection, transactions, _TRANSACTION_CHANGES, ("key",), rows)


def _advance_payments(connection: Connection, effects: Sequence[Effects]) -> None:
    last = {(change.serial_number, change.line): change for each in effects for change in each.states}
    rows: list[Any] = [(change.state.value, change.state_by, *line) for line, change in last.items()]
    bulk_update(connection, payments, ("state", "state_by"), ("serial_number", "line"), rows)


def _change_bills(connection: Connection, effects: Sequence[Effects]) -> None:
    last: dict[int, Bill] = {bill.bill_id: bill for each in effects for bill in each.bills}
    rows = [bill_change(bill) for bill in last.values()]
    bulk_update(connection, bills, BILL_CHANGES, ("bill_id",), rows, cleared=_OVERTAKEN)
