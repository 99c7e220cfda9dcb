"""Senders' claims: a row for each channel of a batch, so that neither a claim's end nor a channel's rate is looked for among notices.

The notices of a claim are found by their channel and the moment of its claim, which are in an index that no result changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from sqlalchemy import Select, and_, bindparam, delete, func, insert, or_, select, update

from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.life import LIFE, NoticeEvent, NoticeState
from offline_collect.domain.notices.planning import Claim
from offline_collect.store.notices.rows import indexed_state
from offline_collect.store.schema.notice_tables import notice_claims, notice_deliveries
from offline_collect.store.sql.transaction import StoreTransaction

RATE = dt.timedelta(minutes=1)
"""The time in which a channel's messages are counted."""

_CLAIM = notice_claims.c
_OWN = notice_deliveries.c


def begin_claims(
    tx: StoreTransaction, claim: Claim, until: dt.datetime, numbers: Mapping[NoticeChannel, int]
) -> None:
    """Write that a sender has claimed messages, so many of each channel.

    Args:
        until: from then on another sender may have those without a result.
    """
    rows = [
        {
            "claimed_by": claim.by,
            "channel": channel.value,
            "claimed_at": claim.at,
            "claimed_until": until,
            "messages": number,
        }
        for channel, number in numbers.items()
    ]
    if rows:
        tx.connection.execute(insert(notice_claims), rows)


def finish_claims(tx: StoreTransaction, by: str, now: dt.datetime, sent: Mapping[NoticeChannel, int]) -> None:
    """Write that there is a result of all that a sender has claimed.

    It comes before the results: whoever ends a claim locks its row first, too.

    Args:
        sent: how many messages each channel of the claim has accepted.
    """
    for channel, number in sent.items():
        done = update(notice_claims).where(_CLAIM.claimed_by == by, _CLAIM.channel == channel.value)
        tx.connection.execute(done.values(ended_at=now, messages=number))


def end_claims(tx: StoreTransaction, now: dt.datetime) -> int:
    """Free the notices whose sender has not come back in time; return how many."""
    lost = and_(_CLAIM.ended_at.is_(None), _CLAIM.claimed_until <= now)
    over = select(notice_claims).where(or_(lost, _CLAIM.ended_at <= now - RATE))
    found = tx.connection.execute(over.with_for_update(skip_locked=True)).all()
    freed = sum(
        _free(tx, row.claimed_by, row.channel, row.claimed_at) for row in found if row.ended_at is None
    )
    if found:
        gone = delete(notice_claims).where(
            _CLAIM.claimed_by == bindparam("by"), _CLAIM.channel == bindparam("on")
        )
        tx.connection.execute(gone, [{"by": row.claimed_by, "on": row.channel} for row in found])
    return freed


def _free(tx: StoreTransaction, by: str, channel: str, claimed_at: dt.datetime) -> int:
    step = LIFE[NoticeEvent.CLAIM_ENDED]
    freed = (
        update(notice_deliveries)
        .where(_OWN.channel == channel, _OWN.tried_at == claimed_at, _OWN.claimed_by == by)
        .where(_OWN.state.in_(sorted(step.sources)))
        .values(state=step.target.value, indexed_state=indexed_state(step.target), claimed_by=None)
    )
    return tx.connection.execute(freed).rowcount


def sent_since(
    tx: StoreTransaction, channels: Iterable[NoticeChannel], since: dt.datetime
) -> dict[NoticeChannel, int]:
    """Return how many messages channels have sent since a moment, of the last minute, or are about to send."""
    asked = (
        select(_CLAIM.channel, func.sum(_CLAIM.messages).label("messages"))
        .where(or_(_CLAIM.ended_at.is_(None), _CLAIM.ended_at > since))
        .group_by(_CLAIM.channel)
    )
    found = {row.channel: int(row.messages) for row in tx.connection.execute(asked)}
    return {each: found.get(each.value, 0) for each in channels}


def claimed_now(tx: StoreTransaction) -> dict[NoticeChannel, int]:
    """Return how many messages senders have claimed and have no result of, by channel."""
    asked = select(_CLAIM.channel, func.sum(_CLAIM.messages).label("messages")).where(
        _CLAIM.ended_at.is_(None)
    )
    rows = tx.connection.execute(asked.group_by(_CLAIM.channel))
    return {NoticeChannel(row.channel): int(row.messages) for row in rows}


def claimed_ids() -> Select[tuple[str]]:
    """Return the query of the ids of notices that are claimed: no index has their state."""
    of_claim = and_(_OWN.channel == _CLAIM.channel, _OWN.tried_at == _CLAIM.claimed_at)
    return (
        select(_OWN.notice_id)
        .select_from(notice_claims.join(notice_deliveries, of_claim))
        .where(_CLAIM.ended_at.is_(None), _OWN.state == NoticeState.CLAIMED.value)
    )
