"""The input and output of a lane, and the answers it gives without a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Command
from offline_collect.domain.ports import Cause
from offline_collect.domain.values import value


@value
class LaneCheck(Command):
    """Asks a lane whether it could decide commands now; it is answered in order, and does not reach a decision."""


_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)

LANE_CHECK = LaneCheck(
    link="", institution=None, terminal=None, stan="", sent_at=_NEVER, received_at=_NEVER, allowed_ms=0
)


class Origin(NamedTuple):
    """Where a command comes from; waiting commands of different origins are taken in turn.

    Attributes:
        sender: the institution, or the peer's address before the institution is known.
        connection: the connection's number, unique in its process.
    """

    sender: str
    connection: int


NO_ORIGIN = Origin("", 0)
"""The origin of commands that do not come over a connection."""


@value
class Work:
    """A command for a lane.

    Attributes:
        deadline: monotonic seconds after which it must not be decided any more.
        queued_at: monotonic seconds when it was submitted.
        token: the sender's value, returned with the answer; opaque here.
        origin: where it comes from.
    """

    command: Command
    deadline: float
    queued_at: float
    token: Any
    origin: Origin = NO_ORIGIN


@value
class Outcome:
    """A command's result.

    Attributes:
        answer: None if no answer may be sent, because the commit could not be proved.
    """

    work: Work
    answer: Answer | None


@value
class Delivery:
    """A batch's outcomes, delivered together.

    Attributes:
        open_day: the open business date that the batch was decided on; None if it was not decided.
    """

    outcomes: Sequence[Outcome]
    open_day: BusinessDate | None


Deliver = Callable[[Delivery], None]

TOO_LATE = decline(
    ResponseCode.TOO_LATE,
    "too late",
    "the request waited past its deadline; nothing was done",
)
_WHY: Mapping[Cause, tuple[str, str]] = {
    Cause.DISK_FULL: ("unavailable: disk full", "the disk of the platform's store is full"),
    Cause.READ_ONLY: ("unavailable: read-only", "the platform's store is read-only"),
    Cause.DISK_ERROR: ("unavailable: disk error", "the platform's store cannot be read or written"),
    Cause.RESOURCES: (
        "unavailable: no resources",
        "the platform's database has no memory or connections left",
    ),
    Cause.STOPPED: ("unavailable: stopped", "the platform's database is being stopped or started"),
    Cause.UNREACHABLE: ("unavailable", "the platform's store cannot be reached"),
    Cause.TABLES: ("unavailable: not set up", "the platform's store is not set up"),
    Cause.WENT_BACK: ("unavailable: restored", "the platform's store was restored to an earlier state"),
    Cause.BUSY: ("unavailable: busy", "the platform's store is kept busy by others"),
    Cause.LANES: ("unavailable: no lane", "the platform's lanes do not answer"),
}
_UNAVAILABLE = {
    cause: decline(ResponseCode.UNAVAILABLE, brief, f"{reason}; nothing was done")
    for cause, (brief, reason) in _WHY.items()
}


def unavailable(cause: Cause) -> Answer:
    """Return the 91 that a command gets while nothing can be decided."""
    return _UNAVAILABLE[cause]


MALFUNCTION = decline(
    ResponseCode.MALFUNCTION,
    "malfunction",
    "a fault of the platform's; nothing was done",
)
