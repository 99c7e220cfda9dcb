"""Notices of things that happen to many bills at once: written to the outbox by one statement, where they happen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    ScalarSelect,
    String,
    Table,
    cast,
    func,
    insert,
    literal,
    null,
    select,
)

from offline_collect.domain.effects import Notice, NoticeKind
from offline_collect.store.database.bulk_write import bulk_insert
from offline_collect.store.database.types import Instant
from offline_collect.store.schema.debit_tables import debit_batches, debit_records
from offline_collect.store.schema.notice_tables import notice_deliveries
from offline_collect.store.schema.tables import bills, outbox
from offline_collect.store.sql.row_mapping import notice_row
from offline_collect.store.sql.transaction import StoreTransaction

_COLUMNS = outbox.columns.keys()
_NUMBER = String(20)


def outbox_values(
    kind: NoticeKind,
    notice_id: ColumnElement[Any],
    row: Any,
    amount_minor: ColumnElement[Any],
    currency: ColumnElement[Any],
    now: dt.datetime,
) -> list[ColumnElement[Any]]:
    """Return the columns of a query whose rows go into the outbox, each a notice without a payment.

    Args:
        notice_id: without its kind.
        row: the columns of a table with a merchant, a customer and a bill.
    """
    return [
        literal(f"{kind.value}:", String(21)) + notice_id,
        literal(kind.value, String(20)),
        row.merchant_id,
        row.customer_no,
        row.bill_no,
        null(),
        amount_minor,
        currency,
        literal(now, Instant()),
        literal(1, Integer()),
    ]


def number_text(column: ColumnElement[Any]) -> ColumnElement[str]:
    """Return a whole number as text."""
    return cast(column, _NUMBER)


def bill_row_name() -> ColumnElement[str]:
    """Return the name of a row of bills, which no other row has: SQLite gives the number of a removed row again.

    Only rows of imports that were undone or rejected are removed.
    """
    of_import = number_text(func.coalesce(bills.c.import_id, 0))
    return of_import + literal("/", String(1)) + number_text(bills.c.bill_id)


def write_selected(
    tx: StoreTransaction, columns: list[ColumnElement[Any]], source: FromClause, *where: Any
) -> int:
    """Write the rows of a query to the outbox; return how many."""
    selected = select(*columns).select_from(source).where(*where)
    written = insert(outbox).from_select(_COLUMNS, selected).execution_options(preserve_rowcount=True)
    return tx.connection.execute(written).rowcount


def own_id(notice_id: ColumnElement[str], table: Table = outbox) -> ScalarSelect[str]:
    """Return the id of the notice of a row if a table has it, else NULL.

    A scalar subquery, not EXISTS: PostgreSQL would join the tables, by what it believes of their sizes.
    """
    return select(table.c.notice_id).where(table.c.notice_id == notice_id).scalar_subquery()


def write_imported(tx: StoreTransaction, rows: ColumnElement[bool], released_at: dt.datetime) -> int:
    """Write a notice for each bill that an import brings, and that has none yet; return how many.

    Rows are tidied again after an undo that was ended.

    Args:
        rows: which rows of bills.
    """
    own = bills.c
    columns = outbox_values(
        NoticeKind.BILL_IMPORTED, bill_row_name(), own, own.amount_minor, own.currency, released_at
    )
    # One statement sees a notice in exactly one of these, also while a sender takes it.
    told = [own_id(columns[0], table) for table in (outbox, notice_deliveries)]
    return write_selected(tx, columns, bills, rows, *(each.is_(None) for each in told))


def write_debits_due(tx: StoreTransaction, batch_no: str, now: dt.datetime) -> int:
    """Write a notice for each debit of a batch; return how many."""
    own = debit_records.c
    name = own.batch_no + literal("/", String(1)) + number_text(own.sequence)
    amount = own.principal_minor + own.late_fee_minor
    columns = outbox_values(NoticeKind.DEBIT_DUE, name, own, amount, debit_batches.c.currency, now)
    both = debit_records.join(debit_batches, debit_batches.c.batch_no == own.batch_no)
    return write_selected(tx, columns, both, own.batch_no == batch_no)


def write_notices(tx: StoreTransaction, notices: Sequence[Notice]) -> None:
    """Write notices to the outbox."""
    bulk_insert(tx.connection, outbox, [notice_row(each) for each in notices])
