"""Business days: the first one, what they are, and cutover (domain.md, Cutover)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, insert, select, update

from offline_collect.domain.dates import BusinessDate
from offline_collect.domain.days import BusinessDay, DayState
from offline_collect.store.rows import day_from_row
from offline_collect.store.tables import business_days
from offline_collect.store.transaction import StoreTransaction


def open_first_day(tx: StoreTransaction, date: BusinessDate, now: dt.datetime) -> bool:
    """Open the store's first business day; False, and nothing done, where there are days already."""
    if tx.connection.execute(select(func.count()).select_from(business_days)).scalar_one():
        return False
    _open(tx, date, now, None)
    return True


def open_day(tx: StoreTransaction) -> BusinessDay | None:
    """Return the open business day; None before the first."""
    row = tx.connection.execute(tx.statements.open_day).first()
    return None if row is None else day_from_row(row)


def recent_days(tx: StoreTransaction, most: int = 10) -> list[BusinessDay]:
    """Return the latest business days, the latest first."""
    latest = select(business_days).order_by(business_days.c.business_date.desc()).limit(most)
    return [day_from_row(row) for row in tx.connection.execute(latest)]


def cutover(tx: StoreTransaction, closing: BusinessDate, opening: BusinessDate, now: dt.datetime) -> bool:
    """Close the day ``closing`` and open ``opening``; False, and nothing done, if it is not open.

    No write transaction straddles: it holds a shared lock on the days, and this takes it exclusively.
    """
    if tx.connection.dialect.name != "sqlite":
        tx.connection.execute(tx.statements.close_days)
    closed = tx.connection.execute(
        update(business_days)
        .where(business_days.c.business_date == closing, business_days.c.state == DayState.OPEN.value)
        .values(state=DayState.CUT.value, closed_at=now, open_slot=None),
    )
    if not closed.rowcount:
        return False
    _open(tx, opening, now, closing)
    return True


def _open(tx: StoreTransaction, date: BusinessDate, now: dt.datetime, previous: BusinessDate | None) -> None:
    tx.connection.execute(
        insert(business_days),
        {
            "business_date": date,
            "state": DayState.OPEN.value,
            "opened_at": now,
            "previous": previous,
            "open_slot": 1,
        },
    )
