"""Business days: opening the first one, reading them, and cutover."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, insert, literal_column, select, update

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay, DayState
from offline_collect.domain.business_days.life import LIFE, DayEvent
from offline_collect.domain.reconciliation.classes import FollowUp, RowKind
from offline_collect.domain.reconciliation.items import ItemState
from offline_collect.store.backoffice.audit import append_audit
from offline_collect.store.database.errors import NoOpenDayError
from offline_collect.store.schema.reconciliation_tables import recon_items
from offline_collect.store.schema.tables import business_days, reconciliation_items
from offline_collect.store.schema.user_tables import audit_trail
from offline_collect.store.sql.row_mapping import day_from_row
from offline_collect.store.sql.transaction import StoreTransaction

_CUTOVER = "day cutover"
_COLLECTED = (
    *("difference", "state", "follow_up", "kind", "institution", "business_date", "match_key", "message_key"),
    *("ours_minor", "currency", "payment_serial", "opened_at"),
)


def open_first_day(tx: StoreTransaction, date: BusinessDate, now: dt.datetime) -> bool:
    """Open the store's first business day; return False and do nothing if there are days already."""
    if tx.connection.execute(select(func.count()).select_from(business_days)).scalar_one():
        return False
    _open(tx, date, now, None)
    return True


def open_day(tx: StoreTransaction) -> BusinessDay | None:
    """Return the open business day; None before the first."""
    row = tx.connection.execute(tx.statements.open_day).first()
    return None if row is None else day_from_row(row)


def require_open_day(tx: StoreTransaction) -> BusinessDay:
    """Return the open business day.

    Raises:
        StoreMissingError: the store has no first day yet.
    """
    day = open_day(tx)
    if day is None:
        raise NoOpenDayError
    return day


def get_day(tx: StoreTransaction, date: BusinessDate, *, lock: bool = False) -> BusinessDay | None:
    """Return a business day; None if there is no such day.

    Args:
        lock: hold it until the transaction ends.
    """
    asked = select(business_days).where(business_days.c.business_date == date)
    row = tx.connection.execute(asked.with_for_update() if lock else asked).first()
    return None if row is None else day_from_row(row)


def recent_days(tx: StoreTransaction, most: int = 10) -> list[BusinessDay]:
    """Return the latest business days, the latest first."""
    latest = select(business_days).order_by(business_days.c.business_date.desc()).limit(most)
    return [day_from_row(row) for row in tx.connection.execute(latest)]


def cutover(
    tx: StoreTransaction, closing: BusinessDate, opening: BusinessDate, actor: Actor | str, now: dt.datetime
) -> bool:
    """Close the day ``closing``, open ``opening``, and audit it; return False and do nothing if it is not open.

    No write transaction spans a cutover: it holds a shared lock on the days, and cutover takes an exclusive one.
    """
    if tx.connection.dialect.name != "sqlite":
        tx.connection.execute(tx.statements.close_days)
    cut = LIFE[DayEvent.CUT]
    closed = tx.connection.execute(
        update(business_days)
        .where(business_days.c.business_date == closing, business_days.c.state.in_(sorted(cut.sources)))
        .values(state=cut.target.value, closed_at=now, open_slot=None),
    )
    if not closed.rowcount:
        return False
    _open(tx, opening, now, closing)
    _collect_items(tx, closing)
    before, after = {"open": str(closing)}, {"open": str(opening)}
    append_audit(tx, actor, _CUTOVER, Subject(SubjectType.DAY, str(closing)), before, after, now)
    return True


def _collect_items(tx: StoreTransaction, closing: BusinessDate) -> None:
    """Open an item for each reversal of the day that could not be applied; reversals write no items themselves."""
    left = reconciliation_items.c
    fixed = (ItemState.OPEN.value, FollowUp.NOTE.value, RowKind.REVERSAL.value)
    found = select(
        left.kind,
        *(literal_column(f"'{word}'") for word in fixed),
        left.institution,
        left.business_date,
        left.key,
        left.key,
        left.amount_minor,
        left.currency,
        left.payment_serial,
        left.opened_at,
    ).where(left.business_date == closing)
    tx.connection.execute(insert(recon_items).from_select(_COLLECTED, found))


def cut_by(tx: StoreTransaction, closed: BusinessDate) -> str | None:
    """Return who closed a day; None if the audit does not record it, as for the earliest days."""
    latest = (
        select(audit_trail.c.actor)
        .where(
            audit_trail.c.subject_type == SubjectType.DAY.value,
            audit_trail.c.subject_id == str(closed),
            # Rows of the first version have the subject in their action.
            audit_trail.c.action.startswith(_CUTOVER),
        )
        .order_by(audit_trail.c.sequence.desc())
        .limit(1)
    )
    return tx.connection.execute(latest).scalar()


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
