"""A notice on its way to the payer."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from enum import StrEnum
from typing import Any

from offline_collect.domain.effects import Notice, NoticeKind
from offline_collect.domain.notices.life import LIFE, NoticeEvent, NoticeState
from offline_collect.domain.values import value

REASON_MAX = 200
"""Characters of the reason why a notice was not sent."""

RECEIPT_MAX = 64
"""Characters of a receiver's own id of a message."""


class NoticeChannel(StrEnum):
    """The ways on which notices leave the platform."""

    FILE = "FILE"
    WEBHOOK = "WEBHOOK"
    KANNEL = "KANNEL"
    GATEWAY = "GATEWAY"
    SMTP = "SMTP"


@value
class Delivery:
    """A notice that the sender has taken from the outbox, and what became of it.

    Attributes:
        due_at: it is not sent before.
        attempts: begun ones; one of a sender that died counts too.
        message_id: the id under which it goes out, the same in all attempts: that of the notice whose message it is
            in. None until its first attempt.
        recipient: the digest of the address, by which a payer's messages of a day are counted.
        claimed_by: the claim of the sender that tries to deliver it.
        tried_at: when its last attempt was claimed; None before the first.
        reason: why it was not sent, or did not arrive (``reasons``), or the words of the user who cancelled it; None
            without one.
        receipt: the receiver's own id of the message; None if it gave none.
        reported_at: when the receiver told whether it has arrived; None before.
    """

    notice: Notice
    state: NoticeState
    due_at: dt.datetime
    attempts: int = 0
    message_id: str | None = None
    channel: NoticeChannel | None = None
    recipient: str | None = None
    claimed_by: str | None = None
    tried_at: dt.datetime | None = None
    sent_at: dt.datetime | None = None
    reason: str | None = None
    receipt: str | None = None
    reported_at: dt.datetime | None = None


@value
class NoticeFilter:
    """Which notices are listed, and in which order; None matches all.

    Attributes:
        since, until: aware; when the notice was written, ``until`` not included.
        latest_first: from the last id to the first. An id begins with the kind, then mostly has a date.
    """

    merchant_id: str | None = None
    state: NoticeState | None = None
    kind: NoticeKind | None = None
    channel: NoticeChannel | None = None
    customer_no: str | None = None
    bill_no: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    latest_first: bool = False


@value
class ChannelFigures:
    """What became of the notices that went out by a channel.

    Attributes:
        sent: how many, with those of the other two.
        delivered, failed: those of which the receiver has told whether they arrived.
    """

    channel: NoticeChannel
    sent: int
    delivered: int
    failed: int


def moved(each: Delivery, event: NoticeEvent, **changes: Any) -> Delivery:
    """Return a notice after an event that can happen to it, with what else the event changes."""
    step = LIFE[event]
    assert each.state in step.sources, f"{event.value} cannot happen in {each.state.value}"
    return replace(each, state=step.target, **changes)
