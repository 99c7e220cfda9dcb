"""Finding notices, in the scope of the transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

from sqlalchemy import ColumnElement, false, func, or_, select

from offline_collect.domain.effects import Notice
from offline_collect.domain.notices.deliveries import ChannelFigures, Delivery, NoticeChannel, NoticeFilter
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.notices.reports import Report
from offline_collect.store.notices.claimed_batches import claimed_ids
from offline_collect.store.notices.rows import delivery_from_row, indexed_state, outbox_notice
from offline_collect.store.schema.notice_tables import notice_deliveries
from offline_collect.store.schema.tables import outbox
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.transaction import StoreTransaction

_OWN = notice_deliveries.c
FEW = 1_000
"""Notices that are sorted in memory for one page."""

_GONE_OUT = (NoticeState.SENT, NoticeState.DELIVERED, NoticeState.FAILED)


def list_notices(tx: StoreTransaction, wanted: NoticeFilter, page: tuple[str | None, int]) -> list[Delivery]:
    """Return notices by the time when they were written, those of one moment by their ids.

    Args:
        page: the id after which it begins, in the order of the list, and how many at most.
    """
    after, most = page
    asked = select(notice_deliveries).where(in_scope(_OWN.merchant_id, tx.scope), *_conditions(wanted))
    if after is not None:
        asked = asked.where(*_beyond(tx, after, latest_first=wanted.latest_first))
    by = (_unindexed(_OWN.created_at) if _few(tx, wanted) else _OWN.created_at, _OWN.notice_id)
    order = [each.desc() if wanted.latest_first else each for each in by]
    rows = tx.connection.execute(asked.order_by(*order).limit(most))
    return [delivery_from_row(row) for row in rows]


def _few(tx: StoreTransaction, wanted: NoticeFilter) -> bool:
    """Whether so few notices are wanted that they are best found by what they have in common, and then sorted."""
    if wanted.bill_no is not None or wanted.customer_no is not None:
        return True
    if wanted.channel is None or wanted.state is not None:
        return False
    beyond = select(_OWN.notice_id).where(_OWN.channel == wanted.channel.value).offset(FEW).limit(1)
    return tx.connection.execute(beyond).first() is None


def _unindexed(column: ColumnElement[dt.datetime]) -> ColumnElement[dt.datetime]:
    """Return a column as databases cannot sort by it with an index: SQLite would read all for the sake of their order."""
    return func.coalesce(column, column)


def _beyond(tx: StoreTransaction, notice_id: str, *, latest_first: bool) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of what comes after a notice in the order of a list; nothing does after one that is not there."""
    written = tx.connection.execute(select(_OWN.created_at).where(_OWN.notice_id == notice_id)).scalar()
    if written is None:
        yield false()
    elif latest_first:
        yield _OWN.created_at <= written
        yield or_(_OWN.created_at < written, _OWN.notice_id < notice_id)
    else:
        yield _OWN.created_at >= written
        yield or_(_OWN.created_at > written, _OWN.notice_id > notice_id)


def _conditions(wanted: NoticeFilter) -> Iterator[ColumnElement[bool]]:
    equal = {
        _OWN.merchant_id: wanted.merchant_id,
        _OWN.channel: wanted.channel,
        _OWN.customer_no: wanted.customer_no,
        _OWN.bill_no: wanted.bill_no,
    }
    yield from (column == str(text) for column, text in equal.items() if text is not None)
    if wanted.state is not None:
        yield from _in_state(wanted.state)
    if wanted.kind is not None:
        # The id begins with the kind, and is in the indexes by which lists go.
        yield _OWN.notice_id > f"{wanted.kind.value}:"
        yield _OWN.notice_id < f"{wanted.kind.value};"
    if wanted.since is not None:
        yield _OWN.created_at >= wanted.since
    if wanted.until is not None:
        yield _OWN.created_at < wanted.until


def _in_state(state: NoticeState) -> Iterator[ColumnElement[bool]]:
    if state is NoticeState.CLAIMED:
        yield _OWN.notice_id.in_(claimed_ids())
    elif indexed_state(state) is not None:
        yield _OWN.indexed_state == state.value
    else:
        yield _OWN.state == state.value


def notices_of_message(tx: StoreTransaction, message_id: str, most: int) -> list[Delivery]:
    """Return the notices that go out in a message, first the one of its id, then the others by theirs, ``most`` of them."""
    lead = get_notice(tx, message_id)
    merged = (_OWN.message_id == message_id, _OWN.message_id != _OWN.notice_id)
    asked = select(notice_deliveries).where(*merged, in_scope(_OWN.merchant_id, tx.scope))
    rows = tx.connection.execute(asked.order_by(_OWN.notice_id).limit(most))
    others = [delivery_from_row(row) for row in rows]
    return [*([] if lead is None or lead.message_id is None else [lead]), *others][:most]


def count_sent(tx: StoreTransaction, since: dt.datetime) -> list[ChannelFigures]:
    """Return what became of the messages that have gone out since a moment, by channel; one in several parts counts once.

    Merged notices go out in the message of another one, and do not count.
    """
    asked = (
        select(_OWN.channel, _OWN.state, func.count().label("number"))
        .where(
            in_scope(_OWN.merchant_id, tx.scope),
            _OWN.channel.in_([each.value for each in NoticeChannel]),
            _OWN.tried_at >= since,
            _OWN.sent_at.is_not(None),
            _OWN.state.in_([each.value for each in _GONE_OUT]),
        )
        .group_by(_OWN.channel, _OWN.state)
    )
    counts = {
        (NoticeChannel(row.channel), NoticeState(row.state)): int(row.number)
        for row in tx.connection.execute(asked)
    }
    found = []
    for channel in sorted({channel for channel, _ in counts}):
        sent, delivered, failed = (counts.get((channel, state), 0) for state in _GONE_OUT)
        found.append(ChannelFigures(channel, sent + delivered + failed, delivered, failed))
    return found


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
