"""Which files of a settled day were written, and when the day was settled, which is what its files name."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, delete, exists, false, func, insert, or_, select

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.business_days.evening import DayDocument
from offline_collect.domain.settlement.payouts import RunState
from offline_collect.store.schema.payout_tables import payout_runs
from offline_collect.store.schema.reconciliation_tables import settled_days
from offline_collect.store.schema.tables import business_days
from offline_collect.store.schema.voucher_tables import day_documents
from offline_collect.store.sql.row_mapping import business_date
from offline_collect.store.sql.transaction import StoreTransaction


class Settled(NamedTuple):
    """Who has settled a day, and when."""

    who: str
    at: dt.datetime


def settled(tx: StoreTransaction, day: BusinessDate) -> Settled | None:
    """Return who has settled a day, and when; None if it is not settled."""
    own = settled_days.c
    found = tx.connection.execute(select(own.who, own.settled_at).where(own.business_date == day)).first()
    return None if found is None else Settled(*found)


def put_document(
    tx: StoreTransaction, day: BusinessDate, kind: DayDocument, files: int, who: str, now: dt.datetime
) -> None:
    """Record that all files of a kind were written for a day; a former record of it is replaced."""
    own = day_documents.c
    tx.connection.execute(delete(day_documents).where(own.business_date == day, own.kind == kind.value))
    row = {"business_date": day, "kind": kind.value, "files": files, "who": who, "written_at": now}
    tx.connection.execute(insert(day_documents), row)


def written_documents(tx: StoreTransaction, day: BusinessDate) -> frozenset[DayDocument]:
    """Return the kinds of files that were written for a day."""
    own = day_documents.c
    found = tx.connection.execute(select(own.kind).where(own.business_date == day)).scalars()
    return frozenset(map(DayDocument, found))


_LOOKED_BACK = dt.timedelta(days=366)


def days_to_end(tx: StoreTransaction, kinds: frozenset[DayDocument], *, payouts: bool) -> list[BusinessDate]:
    """Return the closed days from the last settled one on, and before it the settled ones whose files lack.

    Before any day is settled, all closed ones. Settled days count from the first one that has such files, or else from the
    first settled one; of older files than those of a year nobody asks any more.

    Args:
        kinds: of files that a settled day is to have.
        payouts: whether those of its payouts are to be written too.
    """
    own = business_days.c
    is_settled = own.state == DayState.SETTLED.value
    first, last = tx.connection.execute(
        select(func.min(own.business_date), func.max(own.business_date)).where(is_settled)
    ).one()
    ended = own.state != DayState.OPEN.value
    if last is not None:
        since = max(_first_written(tx) or first, last - _LOOKED_BACK)
        lacks = and_(own.business_date >= since, is_settled, _lacks(kinds, payouts=payouts))
        ended = and_(ended, or_(own.business_date >= last, lacks))
    asked = select(own.business_date).where(ended).order_by(own.business_date)
    return [business_date(day) for day in tx.connection.execute(asked).scalars()]


def _first_written(tx: StoreTransaction) -> dt.date | None:
    """Return the first day whose settlement has files."""
    own = day_documents.c
    after_settlement = own.kind.in_([DayDocument.VOUCHER.value, DayDocument.STATEMENTS.value])
    found: dt.date | None = tx.connection.execute(
        select(func.min(own.business_date)).where(after_settlement)
    ).scalar()
    return found


def _lacks(kinds: frozenset[DayDocument], *, payouts: bool) -> ColumnElement[bool]:
    """Whether files of a day lack."""
    day, own, runs = business_days.c.business_date, day_documents.c, payout_runs.c
    lacks = [
        ~exists().where(own.business_date == day, own.kind == kind.value).correlate(business_days)
        for kind in sorted(kinds)
    ]
    if payouts:
        lacks.append(
            exists()
            .where(runs.business_date == day, runs.state == RunState.MADE.value)
            .correlate(business_days)
        )
    return or_(false(), *lacks)
