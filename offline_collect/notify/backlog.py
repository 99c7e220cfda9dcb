"""How many notices wait, are dead or were sent: for a server's metrics, which concern all banks and name nobody."""

from __future__ import annotations

import datetime as dt

from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.values import value
from offline_collect.store import SqlStore
from offline_collect.store.notices.backlog import count_open, count_outbox, count_sent

LATELY = dt.timedelta(hours=1)
"""The time in which notices were sent that the metrics count."""

OPEN = (NoticeState.WAITING, NoticeState.CLAIMED, NoticeState.DEAD)
"""States that somebody still acts on; the others grow for ever, and counting them would read all notices."""


@value
class Backlog:
    """Numbers of notices, each at most :data:`offline_collect.store.notices.backlog.COUNTED_MAX`.

    Attributes:
        outbox: those that no sender has taken.
        open: by state and channel; None for the channel of those that have none yet.
        sent: by channel, those of the last hour.
    """

    outbox: int
    open: dict[tuple[NoticeState, NoticeChannel | None], int]
    sent: dict[NoticeChannel, int]


def notice_backlog(store: SqlStore, now: dt.datetime) -> Backlog:
    """Return the numbers of notices, 0 too.

    Raises:
        StoreError: the store could not be reached.
    """
    with store.snapshot() as reading:
        return Backlog(
            count_outbox(reading),
            {
                (state, channel): number
                for state in OPEN
                for channel, number in _of_all_channels(count_open(reading, state)).items()
            },
            {channel: count_sent(reading, channel, now - LATELY) for channel in NoticeChannel},
        )


def _of_all_channels(found: dict[NoticeChannel | None, int]) -> dict[NoticeChannel | None, int]:
    return {channel: found.get(channel, 0) for channel in (None, *NoticeChannel)}
