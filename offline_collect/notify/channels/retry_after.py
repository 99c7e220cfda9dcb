"""The pause that a receiver asks for by Retry-After."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime

_MAY_SAY_WHEN = frozenset({429, 503})


def asked_pause_s(status: int, retry_after: str | None, now: dt.datetime) -> float | None:
    """Return the seconds that an answer asks to wait; None if it asks for none, or cannot be read.

    Args:
        retry_after: the header, seconds or a date; it counts for 429 and 503 (RFC 9110).
    """
    if retry_after is None or status not in _MAY_SAY_WHEN:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max((moment.replace(tzinfo=moment.tzinfo or dt.UTC) - now).total_seconds(), 0.0)
