"""Keeps that mandates have expired when the customers that say so are replaced: a later last day revives none."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, exists, func, insert, literal, not_, null, select, update

from offline_collect.domain.business_days.days import CLOCK
from offline_collect.domain.debits.mandates import LIFE, MandateEvent
from offline_collect.store.database.types import Code, Instant, Words
from offline_collect.store.schema.mandate_tables import mandates
from offline_collect.store.schema.tables import customers
from offline_collect.store.sql.business_days import open_day
from offline_collect.store.sql.transaction import StoreTransaction

_EXPIRED = LIFE[MandateEvent.EXPIRED]


def keep_expired(tx: StoreTransaction, *replaced: ColumnElement[bool]) -> None:
    """Record as EXPIRED the mandates of customers that are being replaced, if their last day is over.

    They expired by the clock, when the open business day began or before.

    Args:
        replaced: the conditions of these customers' rows.
    """
    day = open_day(tx)
    if day is None:
        return
    row = customers.c
    over = (*replaced, row.mandate_ref.is_not(None), row.mandate_to < day.date)
    same = (mandates.c.merchant_id == row.merchant_id, mandates.c.reference == row.mandate_ref)
    decided: dict[str, Any] = {"decided_by": CLOCK, "decided_at": day.opened_at}
    changed = {"state": _EXPIRED.target.value, "party": null(), "reason": null(), **decided}
    living = mandates.c.state.in_(sorted(_EXPIRED.sources))
    tx.connection.execute(
        update(mandates)
        .where(living, exists(select(row.customer_id).where(*same, *over)))
        .values(**changed, version=mandates.c.version + 1)
    )
    undecided = not_(exists(select(mandates.c.version).where(*same)))
    first = (
        select(
            row.merchant_id,
            row.mandate_ref,
            func.min(row.customer_no),
            literal(_EXPIRED.target.value, Code(10)),
            literal(CLOCK, Words(60)),
            literal(day.opened_at, Instant()),
            literal(1, Integer()),
        )
        .where(*over, undecided)
        .group_by(row.merchant_id, row.mandate_ref)
    )
    names = ["merchant_id", "reference", "customer_no", "state", "decided_by", "decided_at", "version"]
    tx.connection.execute(insert(mandates).from_select(names, first))
