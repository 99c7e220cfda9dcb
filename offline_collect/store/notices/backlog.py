"""Numbers of notices, counted up to a bound: a server asks each minute, however many there are."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Select, func, select

from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.life import NoticeState
from offline_collect.store.notices.claimed_batches import claimed_now
from offline_collect.store.schema.notice_tables import notice_deliveries
from offline_collect.store.schema.tables import outbox
from offline_collect.store.sql.transaction import StoreTransaction

COUNTED_MAX = 100_000
"""Rows that one number counts at most."""

_OWN = notice_deliveries.c


def count_outbox(tx: StoreTransaction) -> int:
    """Return how many notices are in the outbox."""
    return _number(tx, select(outbox.c.notice_id))


def count_open(tx: StoreTransaction, state: NoticeState) -> dict[NoticeChannel | None, int]:
    """Return how many notices are in a state, by channel; those without one under None.

    Args:
        state: any but SENT, which none looks for; of CLAIMED, its messages are counted.
    """
    if state is NoticeState.CLAIMED:
        return dict(claimed_now(tx).items())
    some = select(_OWN.channel).where(_OWN.indexed_state == state.value).limit(COUNTED_MAX).subquery()
    counted = select(some.c.channel, func.count().label("number")).group_by(some.c.channel)
    return {
        None if row.channel is None else NoticeChannel(row.channel): row.number
        for row in tx.connection.execute(counted)
    }


def count_sent(tx: StoreTransaction, channel: NoticeChannel, since: dt.datetime) -> int:
    """Return how many messages a channel has sent since a moment."""
    tried = select(_OWN.notice_id).where(_OWN.channel == channel.value, _OWN.tried_at > since)
    return _number(tx, tried.where(_OWN.sent_at > since))


def _number(tx: StoreTransaction, rows: Select[tuple[str]]) -> int:
    some = rows.limit(COUNTED_MAX).subquery()
    return int(tx.connection.execute(select(func.count()).select_from(some)).scalar_one())
