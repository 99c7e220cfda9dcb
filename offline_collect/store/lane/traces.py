"""Expired traces; see ``domain.traces``."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, func, select

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.store.schema.tables import traces
from offline_collect.store.sql.transaction import StoreTransaction

_BEFORE_ALL = " "
"""Every trace comes after it; '' is not text to Oracle."""


def delete_traces(
    tx: StoreTransaction, after: str | None, date: BusinessDate, moment: dt.datetime, most: int
) -> str | None:
    """Delete rows older than both ``date`` and ``moment`` among the next ``most`` rows.

    The table is walked in the order of its key: an index of dates would cost every payment a write.

    Args:
        after: the key that the walk has reached; None at its beginning.

    Returns:
        The key that it has reached now; None at its end.
    """
    first = traces.c.trace > (after or _BEFORE_ALL)
    page = select(traces.c.trace).where(first).order_by(traces.c.trace).limit(most).subquery("page")
    last: str | None = tx.connection.execute(select(func.max(page.c.trace))).scalar()
    if last is not None:
        tx.connection.execute(
            delete(traces).where(
                first,
                traces.c.trace <= last,
                traces.c.business_date < date,
                traces.c.received_at < moment,
            )
        )
    return last
