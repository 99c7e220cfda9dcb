"""Traces: how a message is recognised whose front end has stamped its DE 7 afresh (wire.md, Who a message is).

A repeat with a fresh DE 7 has a key of its own, and it may overtake its original on another connection or
server. So each payment and advice that is decided leaves a :class:`Trace`. At most one stands for a trace, a
fingerprint and a business date: of two messages that are decided at once the second collides with the
first one's row, and is decided again with it in view. All writers of a moment share one open business day,
which is what makes that date the right one to be unique in.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.domain.values import value

RECOGNISED_FOR = dt.timedelta(hours=24)
"""How long a message is recognised that was decided on a business date that is closed by now."""

KEPT_FOR = dt.timedelta(hours=48)
"""How long a trace is kept at the least; see :func:`expired`."""

_DIGEST_BYTES = 8


def digest(fingerprint: str) -> str:
    """Return a fingerprint's digest, 16 hexadecimal digits: it tells apart what has the same trace."""
    return hashlib.blake2b(fingerprint.encode(), digest_size=_DIGEST_BYTES).hexdigest()


@value
class Trace:
    """What a decided payment or advice left behind.

    Attributes:
        trace: class, DE 32, 41, 11 and 37; without DE 37, DE 12 and 13 in its place.
        fingerprint: the digest of the message's fingerprint.
        business_date: the open day that it was decided on.
        key: its transaction's key.
        repeat: whether it was marked as a repeat (xx01, xx21).
        received_at: when its frame had been read.
    """

    trace: str
    fingerprint: str
    business_date: BusinessDate
    key: str
    repeat: bool
    received_at: dt.datetime


def is_recognised(trace: Trace, *, repeat: bool, on: BusinessDate, now: dt.datetime) -> bool:
    """Whether a message with the same trace and fingerprint is the one that left ``trace``.

    Two messages that are not marked as repeats are two transactions: part payments of the same amount, or a
    terminal whose STAN has wrapped or was reset.

    Args:
        repeat: whether the message is marked as a repeat.
        on: the open business date.
    """
    in_time = trace.business_date == on or now - trace.received_at <= RECOGNISED_FOR
    return in_time and (repeat or trace.repeat)


def expired(open_day: BusinessDay, now: dt.datetime) -> tuple[BusinessDate, dt.datetime]:
    """Return the business date and the moment before both of which a trace is of no use any more.

    Two business days are kept, the open one and the one before it, and 48 hours in any case.
    """
    return open_day.previous or open_day.date, now - KEPT_FOR
