"""What tellers took on a business day, and what was counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, Select, case, delete, func, insert, select

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.teller_close import (
    COUNTED_TENDERS,
    ClosedDrawer,
    Counted,
    Drawer,
    TakenByTellers,
    close_drawers,
)
from offline_collect.domain.commands import Tender
from offline_collect.domain.transactions import ReversalOutcome
from offline_collect.store.schema.tables import payments, reversals
from offline_collect.store.schema.teller_tables import teller_counts
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.transaction import StoreTransaction

_DRAWER = (payments.c.institution, payments.c.teller, payments.c.tender, payments.c.currency)


def closed_drawers(tx: StoreTransaction, date: BusinessDate) -> Iterable[ClosedDrawer]:
    """Return the drawers of a business day: of the merchants in the transaction's scope."""
    return close_drawers(taken_by_tellers(tx, date), counted_drawers(tx, date))


def taken_by_tellers(tx: StoreTransaction, date: BusinessDate) -> TakenByTellers:
    """Add up what tellers took on a business day: this reads each of its payments."""
    paid = _of_tellers(tx).where(payments.c.business_date == date, payments.c.in_totals == 1)
    given_back = _of_tellers(tx).join_from(
        payments, reversals, reversals.c.applied_to == payments.c.serial_number
    )
    given_back = given_back.where(
        reversals.c.business_date == date, reversals.c.outcome == ReversalOutcome.APPLIED.value
    )
    return TakenByTellers(_sums(tx, paid), _sums(tx, given_back))


def counted_drawers(tx: StoreTransaction, date: BusinessDate) -> Mapping[Drawer, Counted]:
    """Return what was counted of a business day."""
    of = teller_counts.c
    rows = tx.connection.execute(select(teller_counts).where(of.business_date == date))
    return {_drawer(row): Counted(row.amount_minor, row.who, row.counted_at) for row in rows}


def put_count(tx: StoreTransaction, date: BusinessDate, drawer: Drawer, counted: Counted) -> Counted | None:
    """Write what a drawer was counted at; return what was written before."""
    earlier = counted_drawers(tx, date).get(drawer)
    of = teller_counts.c
    key = {
        of.business_date: date,
        of.institution: drawer.institution,
        of.teller: drawer.teller,
        of.tender: drawer.tender.value,
        of.currency: drawer.currency,
    }
    tx.connection.execute(delete(teller_counts).where(*(column == value for column, value in key.items())))
    values = {column.name: value for column, value in key.items()}
    written = insert(teller_counts).values(
        **values, amount_minor=counted.amount_minor, who=counted.who, counted_at=counted.at
    )
    tx.connection.execute(written)
    return earlier


def _of_tellers(tx: StoreTransaction) -> Select[Any]:
    """Return the sums of payments by drawer; one of several bills counts once."""
    return (
        select(
            *_DRAWER,
            func.sum(case((payments.c.line == 1, 1), else_=0)).label("number"),
            func.sum(payments.c.amount_minor).label("amount_minor"),
        )
        .where(
            payments.c.teller.is_not(None),
            payments.c.tender.in_([tender.value for tender in COUNTED_TENDERS]),
            in_scope(payments.c.merchant_id, tx.scope),
        )
        .group_by(*_DRAWER)
    )


def _sums(tx: StoreTransaction, query: Select[Any]) -> dict[Drawer, tuple[int, int]]:
    # Sums are decimals on PostgreSQL.
    return {_drawer(row): (int(row.number), int(row.amount_minor)) for row in tx.connection.execute(query)}


def _drawer(row: Row[Any]) -> Drawer:
    return Drawer(row.institution, row.teller, Tender(row.tender), row.currency)
