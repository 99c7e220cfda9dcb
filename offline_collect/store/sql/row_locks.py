"""Locks of the lanes and of the back office: bills and other rows in one order, and the open business day.

SQLite locks the whole store: it has no row locks, and SQLAlchemy leaves ``FOR UPDATE`` out for it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, text

from offline_collect.store.schema.tables import bills

HOLD_DAY = "LOCK TABLE business_days IN ROW SHARE MODE"
"""Holds the open business day against cutover (PostgreSQL, Oracle): a batch's first statement, before it reads."""

CLOSE_DAYS = text("LOCK TABLE business_days IN EXCLUSIVE MODE")
"""Waits for all batches that hold the open day, and keeps new ones out (PostgreSQL, Oracle)."""


def lock_rows(statement: Select[Any], *order: ColumnElement[Any], skip: bool = False) -> Select[Any]:
    """Lock rows in an order; ``skip`` leaves out the rows that another transaction has locked."""
    return statement.order_by(*order).with_for_update(skip_locked=skip)


def lock_bills(statement: Select[Any], *, skip: bool = False) -> Select[Any]:
    """Lock versions of bills in the order of their creation: a staged one after its original."""
    order = (bills.c.merchant_id, bills.c.bill_no, bills.c.bill_id)
    return statement.order_by(*order).with_for_update(of=bills.c.bill_id, skip_locked=skip)
