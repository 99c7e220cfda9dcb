"""Estimates which frames meet their deadline, by the commands ahead and their rate."""

from __future__ import annotations

import math
from collections.abc import Sequence

MEMORY_S = 1.0
"""How long a measured rate is remembered: it counts a third after so long."""

MEASURED_S = 0.5
"""Less than this of measured time, faded as it is, says nothing."""

LEFT_FOR_DECIDING = 0.8
"""What is expected to take longer than this part of the time left is refused: the lane needs the rest."""


class CompletionRate:
    """Commands a second that the lanes complete while others wait: a moving average.

    Only time in which something waits is measured: an idle server completes what it is sent, which says nothing
    about what it could. After a while without such time the rate is unknown again, so that a stall of the store
    does not lead to refusals for ever.
    """

    def __init__(self) -> None:
        self._commands = 0.0
        self._seconds = 0.0
        self._measured_at: float | None = None
        self._waited = False

    def measure(self, now: float, completed: int, *, waits: bool) -> None:
        """Take note of what has been completed since the last time.

        Args:
            now: monotonic seconds.
            waits: whether commands wait now.
        """
        if self._measured_at is not None:
            passed = now - self._measured_at
            fading = math.exp(-passed / MEMORY_S)
            self._commands *= fading
            self._seconds *= fading
            if self._waited:
                self._commands += completed
                self._seconds += passed
        self._measured_at = now
        self._waited = waits

    @property
    def per_second(self) -> float | None:
        """The rate; None when nothing is measured."""
        if self._seconds < MEASURED_S:
            return None
        return self._commands / self._seconds


def reachable(rate: float | None, seconds_left: float) -> float:
    """How many commands may be ahead of one that has so much time left; infinite when no rate is measured."""
    if rate is None:
        return math.inf
    return rate * seconds_left * LEFT_FOR_DECIDING


def frames_ahead(before: int, fellows: Sequence[int], others: Sequence[int]) -> int:
    """How many frames are taken, round robin, before a frame has its turn.

    Args:
        before: the frames before it on its own connection.
        fellows: how many wait on each other connection of its sender.
        others: how many wait of each other sender.
    """
    rounds = before + 1
    own_sender = before + sum(min(waiting, rounds) for waiting in fellows)
    return own_sender + sum(min(waiting, own_sender + 1) for waiting in others)


def reachable_of(
    more: int, waiting: int, allowed: float, fellows: Sequence[int], others: Sequence[int]
) -> int:
    """How many of the frames that have come can be reached.

    Args:
        more: the frames that have come.
        waiting: those that wait before them on their connection.
        allowed: how many may be ahead of each.
        fellows, others: see :func:`frames_ahead`.
    """
    least, most = 0, more
    while least < most:
        middle = (least + most + 1) // 2
        if frames_ahead(waiting + middle - 1, fellows, others) <= allowed:
            least = middle
        else:
            most = middle - 1
    return least
