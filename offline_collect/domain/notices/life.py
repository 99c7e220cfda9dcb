"""The life of a notice: its states, the events that change them, and who causes each event.

``LIFE`` is the complete table. The store changes a notice by these transitions only, and docs/architecture.md draws
them (a test compares the two). A posting writes a notice to the outbox; the sender takes it from there, and here it
begins as WAITING.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from offline_collect.domain.transitions import Transition


class NoticeState(StrEnum):
    """The state of a notice."""

    WAITING = "WAITING"
    CLAIMED = "CLAIMED"
    MERGED = "MERGED"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    DEAD = "DEAD"
    CANCELLED = "CANCELLED"
    SUPPRESSED = "SUPPRESSED"


class NoticeEvent(StrEnum):
    """An event that changes the state of a notice."""

    CLAIMED = "claimed"
    CLAIM_ENDED = "claim ended"
    MERGED = "merged"
    POSTPONED = "postponed"
    ACCEPTED = "accepted"
    FAILED = "failed"
    GIVEN_UP = "given up"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    OVERTAKEN = "overtaken"
    NOT_WANTED = "not wanted"
    CANCELLED = "cancelled"
    RETRIED = "retried"


LIFE: Mapping[NoticeEvent, Transition[NoticeState]] = {
    NoticeEvent.CLAIMED: Transition(
        frozenset({NoticeState.WAITING}),
        NoticeState.CLAIMED,
        "a sender, when it is due",
        "this sender alone tries to deliver it until its claim ends; the attempt counts",
    ),
    NoticeEvent.CLAIM_ENDED: Transition(
        frozenset({NoticeState.CLAIMED}),
        NoticeState.WAITING,
        "the clock: the sender may have died",
        "any sender tries again, under the same id",
    ),
    NoticeEvent.MERGED: Transition(
        frozenset({NoticeState.WAITING}),
        NoticeState.MERGED,
        "a sender, with another notice of the same customer",
        "it goes in the message of that notice, whose state counts for it",
    ),
    NoticeEvent.POSTPONED: Transition(
        frozenset({NoticeState.WAITING}),
        NoticeState.WAITING,
        "a sender: quiet hours, or enough for this payer today",
        "it is due later",
    ),
    NoticeEvent.ACCEPTED: Transition(
        frozenset({NoticeState.CLAIMED}),
        NoticeState.SENT,
        "the channel",
        "it is not sent again",
    ),
    NoticeEvent.FAILED: Transition(
        frozenset({NoticeState.CLAIMED}),
        NoticeState.WAITING,
        "the channel, or its silence",
        "it is due again after a pause that grows with each attempt",
    ),
    NoticeEvent.GIVEN_UP: Transition(
        frozenset({NoticeState.WAITING, NoticeState.CLAIMED}),
        NoticeState.DEAD,
        "the last attempt, or a receiver that wants no more of it",
        "it stays until a user retries or cancels it",
    ),
    NoticeEvent.DELIVERED: Transition(
        frozenset({NoticeState.CLAIMED, NoticeState.WAITING, NoticeState.SENT, NoticeState.DEAD}),
        NoticeState.DELIVERED,
        "a report of the receiver: it has arrived. It may come before the sender has written that the message was sent",
        "it is not sent again",
    ),
    NoticeEvent.UNDELIVERED: Transition(
        frozenset({NoticeState.CLAIMED, NoticeState.SENT, NoticeState.DELIVERED}),
        NoticeState.FAILED,
        "a report of the receiver: it, or a part of it, will not arrive",
        "it stays until a user retries it; a report that another part has arrived changes nothing",
    ),
    NoticeEvent.OVERTAKEN: Transition(
        frozenset({NoticeState.WAITING, NoticeState.MERGED}),
        NoticeState.CANCELLED,
        "a sender that has looked at bill and payment again",
        "it is not sent: it would not be true any more",
    ),
    NoticeEvent.NOT_WANTED: Transition(
        frozenset({NoticeState.WAITING, NoticeState.MERGED}),
        NoticeState.SUPPRESSED,
        "a sender: the merchant or the payer wants no such notice, or no channel reaches the payer",
        "it is not sent; a user may retry it once the reason is gone",
    ),
    NoticeEvent.CANCELLED: Transition(
        frozenset({NoticeState.WAITING, NoticeState.DEAD}),
        NoticeState.CANCELLED,
        "a user",
        "it is not sent",
    ),
    NoticeEvent.RETRIED: Transition(
        frozenset({NoticeState.DEAD, NoticeState.FAILED, NoticeState.SUPPRESSED}),
        NoticeState.WAITING,
        "a user",
        "it is due at once, with all its attempts, under the same id",
    ),
}
"""The transitions. A notice begins as WAITING; SENT (of channels without reports), DELIVERED and CANCELLED are the end."""


BY_USERS = (NoticeEvent.RETRIED, NoticeEvent.CANCELLED)
"""The events that a user causes; all others come of senders and receivers."""


def after(state: NoticeState, event: NoticeEvent) -> NoticeState | None:
    """Return the state after an event; None if the event cannot happen in this state."""
    step = LIFE[event]
    return step.target if state in step.sources else None
