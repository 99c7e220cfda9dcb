"""Finding notices, in the scope of the transaction."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from offline_collect.domain.effects import Notice
from offline_collect.domain.notices.deliveries import Delivery
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.notices.reports import Report
from offline_collect.store.notices.rows import delivery_from_row, outbox_notice
from offline_collect.store.schema.notice_tables import notice_deliveries
from offline_collect.store.schema.tables import outbox
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.transaction import StoreTransaction

_OWN = notice_deliveries.c


def list_notices(
    tx: StoreTransaction, merchant_id: str | None, state: NoticeState | None, page: tuple[str | None, int]
) -> list[Delivery]:
    """Return notices by their ids.

    Args:
        merchant_id: None for all.
        state: None for all.
        page: the id after which it begins, and how many at most.
    """
    after, most = page
    asked = select(notice_deliveries).where(in_scope(_OWN.merchant_id, tx.scope))
    if merchant_id is not None:
        asked = asked.where(_OWN.merchant_id == merchant_id)
    if state is not None:
        asked = asked.where(_OWN.state == state.value)
    if after is not None:
        asked = asked.where(_OWN.notice_id > after)
    rows = tx.connection.execute(asked.order_by(_OWN.notice_id).limit(most))
    return [delivery_from_row(row) for row in rows]


def get_notice(tx: StoreTransaction, notice_id: str, *, lock: bool = False) -> Delivery | None:
    """Return a notice that a sender has taken from the outbox; None if there is none in scope."""
    asked = select(notice_deliveries).where(_OWN.notice_id == notice_id, in_scope(_OWN.merchant_id, tx.scope))
    row = tx.connection.execute(asked.with_for_update() if lock else asked).first()
    return None if row is None else delivery_from_row(row)


def notices_among(tx: StoreTransaction, notice_ids: Collection[str]) -> tuple[list[Delivery], list[Notice]]:
    """Return those of some notices that are there: on their way, and still in the outbox."""
    ids = sorted(notice_ids)
    on_way = select(notice_deliveries).where(_OWN.notice_id.in_(ids), in_scope(_OWN.merchant_id, tx.scope))
    waiting = select(outbox).where(outbox.c.notice_id.in_(ids), in_scope(outbox.c.merchant_id, tx.scope))
    return (
        [delivery_from_row(row) for row in tx.connection.execute(on_way.order_by(_OWN.notice_id))],
        [outbox_notice(row) for row in tx.connection.execute(waiting.order_by(outbox.c.notice_id))],
    )


def get_reported(tx: StoreTransaction, report: Report) -> Delivery | None:
    """Return, locked, the notice of the message that a report is about; None if there is none."""
    if report.message_id is not None:
        return get_notice(tx, report.message_id, lock=True)
    asked = (
        select(notice_deliveries)
        .where(_OWN.receipt == report.receipt, _OWN.channel == report.channel.value)
        .order_by(_OWN.notice_id)
        .with_for_update()
    )
    row = tx.connection.execute(asked).first()
    return None if row is None else delivery_from_row(row)


def count_notices(tx: StoreTransaction) -> dict[NoticeState, int]:
    """Return how many notices are in each state."""
    asked = (
        select(_OWN.state, func.count().label("number"))
        .where(in_scope(_OWN.merchant_id, tx.scope))
        .group_by(_OWN.state)
    )
    return {NoticeState(row.state): row.number for row in tx.connection.execute(asked)}


def count_untaken(tx: StoreTransaction) -> int:
    """Return how many notices are in the outbox."""
    asked = select(func.count()).select_from(outbox).where(in_scope(outbox.c.merchant_id, tx.scope))
    return int(tx.connection.execute(asked).scalar_one())
