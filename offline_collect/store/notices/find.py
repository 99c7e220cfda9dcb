"""Finding notices, in the scope of the transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from offline_collect.domain.effects import Notice, NoticeKind
from offline_collect.domain.notices.deliveries import ChannelFigures, Delivery, NoticeChannel, NoticeFilter
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.notices.reports import Report
from offline_collect.store.notices.claimed_batches import claimed_ids
from offline_collect.store.notices.rows import delivery_from_row, indexed_state, outbox_notice
from offline_collect.store.schema.notice_tables import notice_deliveries
from offline_collect.store.schema.tables import outbox
from offline_collect.store.sql.by_key import among, listed
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.transaction import StoreTransaction

T = TypeVar("T")
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
    few = _few_of_it(tx, wanted)
    asked = select(notice_deliveries).where(
        in_scope(_OWN.merchant_id, tx.scope), *_conditions(wanted, few=few is not None)
    )
    if few is not None:
        asked = asked.where(among(tx.connection.dialect.name, _OWN.notice_id))
    if after is not None:
        asked = asked.where(*_beyond(tx, after, latest_first=wanted.latest_first))
    sorts = few is not None or wanted.bill_no is not None or wanted.customer_no is not None
    by = (_unindexed(_OWN.created_at) if sorts else _OWN.created_at, _OWN.notice_id)
    order = [each.desc() if wanted.latest_first else each for each in by]
    rows = tx.connection.execute(asked.order_by(*order).limit(most), {} if few is None else listed(few))
    return [delivery_from_row(row) for row in rows]


def _few_of_it(tx: StoreTransaction, wanted: NoticeFilter) -> Sequence[str] | None:
    """Return the ids of all notices of a wanted channel or kind if these are few: else a page of the list has some soon."""
    for rare in _rare(wanted):
        found = tx.connection.execute(select(_OWN.notice_id).where(rare).limit(FEW + 1)).scalars().all()
        if len(found) <= FEW:
            return found
    return None


def _rare(wanted: NoticeFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.channel is not None:
        yield _OWN.channel == wanted.channel.value
    if wanted.kind is not None:
        yield and_(*_of_kind(wanted.kind))


def _of_kind(kind: NoticeKind) -> Iterator[ColumnElement[bool]]:
    # The id begins with the kind, and is in the indexes by which lists go.
    yield _OWN.notice_id > f"{kind.value}:"
    yield _OWN.notice_id < f"{kind.value};"


def _unindexed(column: ColumnElement[T]) -> ColumnElement[T]:
    """Return a column as databases use no index for it: SQLite would rather read all of a merchant, or all in order."""
    return func.coalesce(column, column)


def _beyond(tx: StoreTransaction, notice_id: str, *, latest_first: bool) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of what comes after a notice in the order of a list; nothing does after one that is not there."""
    own = (_OWN.notice_id == notice_id, in_scope(_OWN.merchant_id, tx.scope))
    written = tx.connection.execute(select(_OWN.created_at).where(*own)).scalar()
    if written is None:
        yield false()
    elif latest_first:
        yield _OWN.created_at <= written
        yield or_(_OWN.created_at < written, _OWN.notice_id < notice_id)
    else:
        yield _OWN.created_at >= written
        yield or_(_OWN.created_at > written, _OWN.notice_id > notice_id)


def _conditions(wanted: NoticeFilter, *, few: bool) -> Iterator[ColumnElement[bool]]:
    equal = {
        _unindexed(_OWN.merchant_id) if few else _OWN.merchant_id: wanted.merchant_id,
        _OWN.channel: wanted.channel,
        _OWN.customer_no: wanted.customer_no,
        _OWN.bill_no: wanted.bill_no,
    }
    yield from (column == str(text) for column, text in equal.items() if text is not None)
    if wanted.state is not None:
        yield from _in_state(wanted.state)
    if wanted.kind is not None:
        yield from _of_kind(wanted.kind)
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
    """Return how many notices are in each state, within a snapshot.

    Those that were sent are the others: no index has them, and reading each notice takes ten times as long.
    """
    seen = in_scope(_OWN.merchant_id, tx.scope)
    indexed = select(_OWN.indexed_state, func.count().label("number")).where(seen)
    by_state = indexed.where(_OWN.indexed_state.is_not(None)).group_by(_OWN.indexed_state)
    counts = {NoticeState(row.indexed_state): int(row.number) for row in tx.connection.execute(by_state)}
    claimed = select(func.count()).where(_OWN.notice_id.in_(claimed_ids()), seen)
    counts[NoticeState.CLAIMED] = int(tx.connection.execute(claimed).scalar_one())
    whole = select(func.count()).select_from(notice_deliveries).where(seen)
    counts[NoticeState.SENT] = int(tx.connection.execute(whole).scalar_one()) - sum(counts.values())
    return counts


def count_untaken(tx: StoreTransaction) -> int:
    """Return how many notices are in the outbox."""
    asked = select(func.count()).select_from(outbox).where(in_scope(outbox.c.merchant_id, tx.scope))
    return int(tx.connection.execute(asked).scalar_one())
