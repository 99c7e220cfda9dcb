"""What a channel says of a message, and what becomes of its notice."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from offline_collect.domain.notices.deliveries import REASON_MAX, Delivery, moved
from offline_collect.domain.notices.life import NoticeEvent
from offline_collect.domain.notices.timing import Retries, next_attempt
from offline_collect.domain.values import value


class Verdict(StrEnum):
    """The result of an attempt."""

    ACCEPTED = "ACCEPTED"
    TRY_AGAIN = "TRY_AGAIN"
    STOP = "STOP"


@value
class Result:
    """What a channel says of a message.

    Attributes:
        reason: why it is not accepted; names no address.
        pause_s: the pause that the receiver asks for; None without one.
        receipt: the receiver's own id of a message that it has accepted; None without one.
    """

    verdict: Verdict
    reason: str | None = None
    pause_s: float | None = None
    receipt: str | None = None


ACCEPTED = Result(Verdict.ACCEPTED)


def after_attempt(
    claimed: Delivery, result: Result, retries: Retries, now: dt.datetime, share: float
) -> Delivery:
    """Return a claimed notice after an attempt.

    Args:
        share: a random number from 0 to 1, for the pause.
    """
    free: dict[str, Any] = {"claimed_by": None, "claimed_until": None}
    reason = None if result.reason is None else result.reason[:REASON_MAX]
    if result.verdict is Verdict.ACCEPTED:
        return moved(claimed, NoticeEvent.ACCEPTED, sent_at=now, reason=None, receipt=result.receipt, **free)
    again = next_attempt(now, claimed.attempts, retries, share, result.pause_s)
    if result.verdict is Verdict.STOP or again is None:
        return moved(claimed, NoticeEvent.GIVEN_UP, reason=reason, **free)
    return moved(claimed, NoticeEvent.FAILED, due_at=again, reason=reason, **free)
