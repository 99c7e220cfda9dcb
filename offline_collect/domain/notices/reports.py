"""What a receiver reports later about a message, and what becomes of its notice."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from offline_collect.domain.notices.deliveries import RECEIPT_MAX, Delivery, NoticeChannel, moved
from offline_collect.domain.notices.life import NoticeEvent, after
from offline_collect.domain.notices.reasons import Reason, reason_of
from offline_collect.domain.values import value


class Outcome(StrEnum):
    """What a report says."""

    DELIVERED = "DELIVERED"
    UNDELIVERED = "UNDELIVERED"
    UNDER_WAY = "UNDER_WAY"


@value
class Report:
    """A report on a message, or on a part of one.

    Attributes:
        message_id: the id under which the message went out; None if the receiver only knows its own.
        receipt: the receiver's own id; None if it does not tell it.
        code: the receiver's own code of what happened; None without one.
        bad_number: whether that code says that the number is none, or has nobody behind it.
    """

    channel: NoticeChannel
    outcome: Outcome
    message_id: str | None = None
    receipt: str | None = None
    code: str | None = None
    bad_number: bool = False

    @property
    def names_one(self) -> bool:
        """Whether its ids can be those of a message at all: no other text is looked for."""
        named = self.receipt if self.message_id is None else self.message_id
        return named is not None and _ID.fullmatch(named) is not None


_ID = re.compile(rf"[!-~]{{1,{RECEIPT_MAX}}}")
_EVENTS: Mapping[Outcome, NoticeEvent] = {
    Outcome.DELIVERED: NoticeEvent.DELIVERED,
    Outcome.UNDELIVERED: NoticeEvent.UNDELIVERED,
}
"""What moves a notice; a message that is under way does not."""


def after_report(each: Delivery, report: Report, now: dt.datetime) -> Delivery | None:
    """Return a notice after a report; None if the report changes nothing.

    The order of reports does not matter, and one that comes again changes nothing: of a message in parts, one part that
    will not arrive counts more than all that have.

    Args:
        each: the notice whose message this is.
    """
    event = _EVENTS.get(report.outcome)
    if event is None or each.message_id is None or each.channel is not report.channel:
        return None
    if after(each.state, event) is None:
        return None
    changes: dict[str, Any] = {
        "reported_at": now,
        "sent_at": each.sent_at or now,
        "claimed_by": None,
        "reason": _reason(report),
    }
    return moved(each, event, **changes)


def blames_number(report: Report) -> bool:
    """Whether a report counts against the number: the message is lost, and its code says that the number is why."""
    return report.bad_number and report.outcome is Outcome.UNDELIVERED


def _reason(report: Report) -> str | None:
    if report.outcome is Outcome.DELIVERED:
        return None
    if report.code is None:
        return reason_of(Reason.UNDELIVERED)
    return reason_of(Reason.UNDELIVERED_CODE, code=report.code)
