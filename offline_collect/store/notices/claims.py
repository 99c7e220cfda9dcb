"""Notices for senders: taken from the outbox, claimed, and written back with what became of them.

Several senders may run: each passes over rows that another has locked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, update

from offline_collect.domain.notices.deliveries import Delivery
from offline_collect.domain.notices.life import LIFE, NoticeEvent, NoticeState
from offline_collect.domain.transactions import PaymentState
from offline_collect.store.database.bulk_write import bulk_insert, bulk_update
from offline_collect.store.database.list_parameter import CODE, wanted
from offline_collect.store.notices.rows import (
    OF_DELIVERY,
    delivery_from_row,
    delivery_row,
    delivery_values,
    locked,
    waiting,
)
from offline_collect.store.schema.notice_tables import notice_deliveries
from offline_collect.store.schema.tables import outbox, payments
from offline_collect.store.sql.by_key import Lock, among, listed, rows_by_key
from offline_collect.store.sql.transaction import StoreTransaction

AT_ONCE = 500
"""Notices that one transaction handles at most."""

_MERGED_MAX = 50_000
"""Notices in the messages of a batch: no more than the settings allow, a hundred in each of five hundred."""

_OWN = notice_deliveries.c
_ID = outbox.columns.keys().index("notice_id")
_CUSTOMER = {"merchant_id": CODE, "customer_no": CODE}


def take_notices(tx: StoreTransaction, merge_window: dt.timedelta, most: int = AT_ONCE) -> list[Delivery]:
    """Take notices from the outbox. They are due after the merge window.

    They have no row until :func:`add_deliveries` writes them, in the same transaction.
    """
    rows = locked(tx, outbox, [], [outbox.c.notice_id], most)
    if rows:
        gone = delete(outbox).where(among(tx.connection.dialect.name, outbox.c.notice_id))
        tx.connection.execute(gone, listed(row[_ID] for row in rows))
    return [waiting(row, merge_window) for row in rows]


def add_deliveries(tx: StoreTransaction, taken: Sequence[Delivery]) -> None:
    """Write notices that were taken from the outbox."""
    bulk_insert(tx.connection, notice_deliveries, [delivery_row(each) for each in taken])


def due_notices(tx: StoreTransaction, now: dt.datetime, most: int) -> list[Delivery]:
    """Return the notices that are due, the longest first, locked."""
    due = [_OWN.indexed_state == NoticeState.WAITING.value, _OWN.due_at <= now]
    rows = locked(tx, notice_deliveries, due, [_OWN.due_at, _OWN.notice_id], most)
    return [delivery_from_row(row) for row in rows]


def companions(
    tx: StoreTransaction, leads: Sequence[Delivery], taken: Sequence[Delivery] = ()
) -> list[Delivery]:
    """Return, locked, what goes with notices: others of their message, or of their customer if they have none yet.

    Args:
        leads: the notices that are due, the longest first.
        taken: notices from the outbox that have no row yet.
    """
    tried = [each.message_id for each in leads if each.message_id is not None]
    fresh = {each.notice.addressee for each in leads if each.message_id is None}
    customers = sorted({_customer_of(each) for each in leads if each.message_id is None})
    known = {each.notice.notice_id for each in leads}
    # All that were due before the last one are among the leads, or another sender has them.
    found = [*_waiting_of(tx, customers, leads[-1]), *taken]
    others = [each for each in found if each.notice.addressee in fresh and each.notice.notice_id not in known]
    return [*sorted(others, key=lambda each: each.notice.created_at), *_merged_into(tx, tried)]


def _waiting_of(tx: StoreTransaction, customers: Sequence[tuple[str, str]], last: Delivery) -> list[Delivery]:
    """Return what waits for its first attempt and comes after the last of the leads."""
    dialect = tx.connection.dialect.name
    later = or_(
        _OWN.due_at > last.due_at,
        and_(_OWN.due_at == last.due_at, _OWN.notice_id > last.notice.notice_id),
    )
    fresh = and_(_OWN.state == NoticeState.WAITING.value, _OWN.message_id.is_(None), later)
    # By the list of customers, and not by a condition: no database may read all that waits for each batch.
    asked = rows_by_key(
        dialect,
        notice_deliveries,
        _CUSTOMER,
        _OWN.merchant_id,
        _OWN.customer_no,
        where=fresh,
        lock=Lock.SKIP,
    )
    if dialect != "oracle":
        asked = asked.limit(AT_ONCE)
    rows = tx.connection.execute(asked, wanted(tuple(_CUSTOMER), customers)).all()
    return [delivery_from_row(row) for row in rows]


def _merged_into(tx: StoreTransaction, messages: Sequence[str]) -> list[Delivery]:
    if not messages:
        return []
    merged = [
        _OWN.message_id.in_(messages),
        _OWN.message_id != _OWN.notice_id,
        _OWN.state == NoticeState.MERGED.value,
    ]
    order = [_OWN.message_id, _OWN.notice_id]
    return [delivery_from_row(row) for row in locked(tx, notice_deliveries, merged, order, _MERGED_MAX)]


def _customer_of(each: Delivery) -> tuple[str, str]:
    return each.notice.merchant_id, each.notice.customer_no


def write_deliveries(tx: StoreTransaction, changed: Sequence[Delivery]) -> None:
    """Write notices, which the transaction has locked."""
    rows = [(*delivery_values(each), each.notice.notice_id) for each in changed]
    bulk_update(tx.connection, notice_deliveries, OF_DELIVERY, ("notice_id",), rows)


def write_accepted(tx: StoreTransaction, by: str, ids: Collection[str], changes: Mapping[str, Any]) -> None:
    """Write that a channel has accepted a sender's notices, in one statement; not those that another has taken since.

    Args:
        changes: what else changes, the same in all of them.
    """
    step = LIFE[NoticeEvent.ACCEPTED]
    own = (_OWN.state.in_(sorted(step.sources)), _OWN.claimed_by == by)
    among_them = among(tx.connection.dialect.name, _OWN.notice_id)
    accepted = update(notice_deliveries).where(among_them, *own)
    tx.connection.execute(accepted.values(state=step.target.value, reason_code=None, **changes), listed(ids))


def still_claimed(tx: StoreTransaction, by: str, ids: Collection[str]) -> set[str]:
    """Return those of a sender's notices that are still its own, locked: another may have taken them since."""
    if not ids:
        return set()
    asked = (
        select(_OWN.notice_id)
        .where(among(tx.connection.dialect.name, _OWN.notice_id))
        .where(_OWN.state == NoticeState.CLAIMED.value, _OWN.claimed_by == by)
        .order_by(_OWN.notice_id)
        .with_for_update()
    )
    return set(tx.connection.execute(asked, listed(ids)).scalars())


def payment_states(tx: StoreTransaction, serials: Iterable[str]) -> dict[tuple[str, int], PaymentState]:
    """Return the states of payments, by serial number and line."""
    wanted_serials = sorted(set(serials))
    if not wanted_serials:
        return {}
    of = payments.c
    paid = among(tx.connection.dialect.name, of.serial_number)
    rows = tx.connection.execute(
        select(of.serial_number, of.line, of.state).where(paid), listed(wanted_serials)
    ).all()
    return {(serial, line): PaymentState(state) for serial, line, state in rows}


def sent_to(tx: StoreTransaction, recipients: Collection[str], since: dt.datetime) -> dict[str, int]:
    """Return how many messages that were tried since a moment some recipients got, or are about to get."""
    busy = or_(_OWN.sent_at.is_not(None), _OWN.state == NoticeState.CLAIMED.value)
    asked = (
        select(_OWN.recipient, func.count().label("number"))
        .where(among(tx.connection.dialect.name, _OWN.recipient), _OWN.tried_at >= since, busy)
        .group_by(_OWN.recipient)
    )
    rows = tx.connection.execute(asked, listed(sorted(recipients)))
    return {row.recipient: row.number for row in rows}
