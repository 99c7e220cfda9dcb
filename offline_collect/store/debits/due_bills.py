"""The unpaid bills of a merchant that are due, locked page by page: each customer's together, the oldest due first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, and_, bindparam, or_, select

from offline_collect.domain.bills import Bill
from offline_collect.domain.debits.batches import RecordState
from offline_collect.domain.facts import BillKey
from offline_collect.store.schema.debit_tables import debit_records
from offline_collect.store.schema.tables import bills
from offline_collect.store.sql.by_name import picker
from offline_collect.store.sql.row_mapping import bill_from_row
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import BILL_PLACES, in_effect
from offline_collect.store.versioning.bills_in_effect import free_bills

Place = tuple[str, dt.date, str]
"""Customer number, due date and bill number."""

_FAILED = [RecordState.REFUSED.value, RecordState.RETURNED.value]
_PLACE = ("customer_no", "due_date", "bill_no")
_place = picker(bills.columns.keys(), _PLACE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which bills a batch asks for.

    Attributes:
        due_by: the last due date; None for all.
        failed_only: whether a bank must have refused them before.
    """

    merchant_id: str
    due_by: dt.date | None
    failed_only: bool


@dataclass(frozen=True, slots=True)
class DuePage:
    """Some bills.

    Attributes:
        places: of all of them, in their order.
        locked: those that the transaction has locked now, by merchant and number.
        held: those that somebody pays at this moment. A bill in neither is not there any more.
    """

    places: Sequence[Place]
    locked: Mapping[BillKey, Bill]
    held: set[BillKey]


def due_bills(tx: StoreTransaction, asked: Wanted, most: int) -> Iterator[DuePage]:
    """Yield all of them, at most so many at once, without waiting for those that are being paid."""
    whole = tx.connection.dialect.name == "sqlite"
    columns: Sequence[Column[Any]] = [*bills.columns] if whole else [bills.c[name] for name in _PLACE]
    first = _page(tx, asked, columns, most)
    following = first.where(_after())
    rows = tx.connection.execute(first).all()
    while rows:
        page = _held(tx, asked, rows) if whole else _locked(tx, asked, [(c, d, b) for c, d, b in rows])
        yield page
        last = dict(zip(_PLACE, page.places[-1], strict=True))
        rows = tx.connection.execute(following, last).all()


def _page(
    tx: StoreTransaction, asked: Wanted, columns: Sequence[Column[Any]], most: int
) -> Select[tuple[Any, ...]]:
    order = [bills.c[name] for name in _PLACE]
    return select(*columns).where(_due(tx, asked)).order_by(*order).limit(most)


def _locked(tx: StoreTransaction, asked: Wanted, places: Sequence[Place]) -> DuePage:
    """Return the bills at some places, which are read again as they are locked."""
    keys = [(asked.merchant_id, bill_no) for _, _, bill_no in places]
    return DuePage(places, *free_bills(tx.connection, tx.statements, keys))


def _held(tx: StoreTransaction, asked: Wanted, rows: Sequence[Sequence[Any]]) -> DuePage:
    """Return the bills of whole rows: SQLite's transaction holds the whole store."""
    standing, superseded_by = BILL_PLACES.standing, BILL_PLACES.superseded_by
    places = [_place(row) for row in rows]
    doubted, found = [], dict[BillKey, Bill]()
    for (_, _, bill_no), row in zip(places, rows, strict=True):
        key = (asked.merchant_id, bill_no)
        if row[standing] is None and row[superseded_by] is None:
            found[key] = bill_from_row(row)
        else:
            # Its import may be undone at this moment, which its lock ends.
            doubted.append(key)
    if doubted:
        found |= free_bills(tx.connection, tx.statements, doubted)[0]
    return DuePage(places, found, set())


def _due(tx: StoreTransaction, asked: Wanted) -> ColumnElement[bool]:
    conditions = [
        bills.c.merchant_id == asked.merchant_id,
        in_scope(bills.c.merchant_id, tx.scope),
        bills.c.mark.is_(None),
        or_(bills.c.paid_principal_minor < bills.c.amount_minor, bills.c.late_fee_left_minor > 0),
        in_effect(bills),
    ]
    if asked.due_by is not None:
        conditions.append(bills.c.due_date <= asked.due_by)
    if asked.failed_only:
        failed = select(debit_records.c.bill_no).where(
            debit_records.c.merchant_id == asked.merchant_id, debit_records.c.state.in_(_FAILED)
        )
        conditions.append(bills.c.bill_no.in_(failed))
    return and_(*conditions)


def _after() -> ColumnElement[bool]:
    """Whether a bill stands behind the place in the parameters."""
    row = bills.c
    customer_no, due_date, bill_no = (bindparam(name, type_=row[name].type) for name in _PLACE)
    # The first condition alone is a range of the index.
    return and_(
        row.customer_no >= customer_no,
        or_(
            row.customer_no > customer_no,
            row.due_date > due_date,
            and_(row.due_date == due_date, row.bill_no > bill_no),
        ),
    )
