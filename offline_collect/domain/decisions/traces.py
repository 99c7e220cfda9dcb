"""Traces: recognise a repeat to which the front end gave a new DE 7 (docs/operating.md, How a repeat is recognised).

A repeat with a new DE 7 has a new key, and it may overtake its original on another connection or server. So
each decided payment and advice stores a :class:`Trace`. It is unique by trace, fingerprint and business date: of
two messages decided at the same time, the second one's row conflicts with the first one's, and it is decided
again with that row loaded. All concurrent writers share one open business day, so uniqueness within that date is
enough.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.domain.values import value

RECOGNISED_FOR = dt.timedelta(hours=24)
"""How long a message is recognised after its business date was closed."""

KEPT_FOR = dt.timedelta(hours=48)
"""Minimum time that a trace is kept; see :func:`expired`."""

_DIGEST_BYTES = 8


def digest(fingerprint: str) -> str:
    """Return a fingerprint's digest, 16 hexadecimal digits: it distinguishes messages with the same trace."""
    return hashlib.blake2b(fingerprint.encode(), digest_size=_DIGEST_BYTES).hexdigest()


@value
class Trace:
    """The trace of a decided payment or advice.

    Attributes:
        trace: class, DE 32, 41, 11 and 37; without DE 37, DE 12 and 13 instead.
        fingerprint: the digest of the message's fingerprint.
        business_date: the open day of the decision.
        key: its transaction's key.
        repeat: whether it was marked as a repeat (xx01, xx21).
        received_at: when its frame was read.
    """

    trace: str
    fingerprint: str
    business_date: BusinessDate
    key: str
    repeat: bool
    received_at: dt.datetime


def is_recognised(trace: Trace, *, repeat: bool, on: BusinessDate, now: dt.datetime) -> bool:
    """Whether a message with the same trace and fingerprint belongs to the transaction of ``trace``.

    Two messages that are not marked as repeats are two transactions: part payments of the same amount, or a
    terminal whose STAN has wrapped or was reset.

    Args:
        repeat: whether the message is marked as a repeat.
        on: the open business date.
    """
    in_time = trace.business_date == on or now - trace.received_at <= RECOGNISED_FOR
    return in_time and (repeat or trace.repeat)


def expired(open_day: BusinessDay, now: dt.datetime) -> tuple[BusinessDate, dt.datetime]:
    """Return a business date and a time; a trace before both is no longer needed.

    Traces of the open business day and the one before it are kept, and those of the last 48 hours.
    """
    return open_day.previous or open_day.date, now - KEPT_FOR
