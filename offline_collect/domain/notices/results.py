"""What a channel says of a message, and what becomes of its notice."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from offline_collect.domain.notices.deliveries import Delivery, moved
from offline_collect.domain.notices.life import NoticeEvent
from offline_collect.domain.notices.timing import Retries, next_attempt
from offline_collect.domain.texts.phrases import Phrase
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
        reason: why it is not accepted (``reason_of``); names no address.
        pause_s: the pause that the receiver asks for; None without one.
        receipt: the receiver's own id of a message that it has accepted; None without one.
        bad_address: whether the address is why it is stopped, such as a number that nobody has.
    """

    verdict: Verdict
    reason: Phrase | None = None
    pause_s: float | None = None
    receipt: str | None = None
    bad_address: bool = False


ACCEPTED = Result(Verdict.ACCEPTED)


def accepted_changes(now: dt.datetime) -> dict[str, Any]:
    """Return what else changes in notices that a channel has accepted: the same in all of them."""
    return {"claimed_by": None, "sent_at": now, "reason": None}


def after_attempt(
    claimed: Delivery, result: Result, retries: Retries, now: dt.datetime, share: float
) -> Delivery:
    """Return a claimed notice after an attempt.

    Args:
        share: a random number from 0 to 1, for the pause.
    """
    if result.verdict is Verdict.ACCEPTED:
        return moved(claimed, NoticeEvent.ACCEPTED, **accepted_changes(now), receipt=result.receipt)
    again = next_attempt(now, claimed.attempts, retries, share, result.pause_s)
    if result.verdict is Verdict.STOP or again is None:
        return moved(claimed, NoticeEvent.GIVEN_UP, reason=result.reason, claimed_by=None)
    return moved(claimed, NoticeEvent.FAILED, due_at=again, reason=result.reason, claimed_by=None)
