"""What goes into a lane and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Command
from offline_collect.domain.dates import BusinessDate
from offline_collect.domain.values import value


@value
class Work:
    """A command on its way.

    Attributes:
        deadline: monotonic seconds after which it must not be decided any more.
        queued_at: monotonic seconds when it was handed in.
        token: the sender's own, handed back with the answer; opaque here.
    """

    command: Command
    deadline: float
    queued_at: float
    token: Any


@value
class Outcome:
    """A command's end.

    Attributes:
        answer: None when nothing may be said: whether it was committed could not be proved.
    """

    work: Work
    answer: Answer | None


@value
class Delivery:
    """A batch's outcomes, handed over at once.

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
UNAVAILABLE = decline(
    ResponseCode.UNAVAILABLE,
    "unavailable",
    "the platform's store cannot be reached; nothing was done",
)
MALFUNCTION = decline(
    ResponseCode.MALFUNCTION,
    "malfunction",
    "a fault of the platform's; nothing was done",
)
