"""The unhandled frames of one connection."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Sequence

from offline_collect.domain.values import value
from offline_collect.wire.frame.frame import Frame


@value
class Received:
    """A frame, not decoded yet.

    Attributes:
        arrived: its arrival in monotonic seconds; its deadline counts from there.
        now: the wall time at which it was read.
    """

    frame: Frame
    arrived: float
    now: dt.datetime


class Inbox:
    """Frames of one connection in their order.

    Attributes:
        waiting: frames that wait for their turn.
        hopeless: frames that cannot be handled before their deadline; they are only refused.
    """

    def __init__(self) -> None:
        self.waiting: deque[Received] = deque()
        self.hopeless: deque[Received] = deque()

    def __len__(self) -> int:
        return len(self.waiting) + len(self.hopeless)

    def put(self, received: Sequence[Received], reachable: int) -> None:
        """Append frames; those after the first ``reachable`` ones are hopeless."""
        self.waiting.extend(received[:reachable])
        self.hopeless.extend(received[reachable:])

    def give_up_late(self, until: float) -> None:
        """Drop frames at the front that arrived before ``until`` (monotonic seconds)."""
        while self.waiting and self.waiting[0].arrived <= until:
            self.hopeless.append(self.waiting.popleft())

    def clear(self) -> None:
        """Drop all frames."""
        self.waiting.clear()
        self.hopeless.clear()
