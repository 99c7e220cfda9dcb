"""Notices in figures: how many are in each state, and what became of what went out lately."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from offline_collect.domain.notices.deliveries import ChannelFigures
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.values import value
from offline_collect.store import StoreTransaction
from offline_collect.store.notices.find import count_notices, count_sent, count_untaken


@value
class NoticeFigures:
    """Notices in figures.

    Attributes:
        counts: how many are in the outbox and in each state.
        sent: what became of what went out lately, by channel.
    """

    counts: Mapping[str, int]
    sent: Sequence[ChannelFigures]


def figures_of(reading: StoreTransaction, since: dt.datetime) -> NoticeFigures:
    """Return notices in figures, in the scope of a reading: all notices are read, so a page must not wait for it.

    Args:
        since: what went out before is not told.
    """
    return NoticeFigures(counts_of(reading), count_sent(reading, since))


def counts_of(reading: StoreTransaction) -> dict[str, int]:
    """Return how many notices are in the outbox and in each state, in the scope of a reading."""
    counts = count_notices(reading)
    return {"OUTBOX": count_untaken(reading)} | {state.value: counts.get(state, 0) for state in NoticeState}
