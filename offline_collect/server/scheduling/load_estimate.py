"""Estimates which frames meet their deadline, by the commands ahead and their rate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import repeat

MEMORY_S = 1.0
"""The decay time of a measured rate: after it, a measurement counts a third."""

MEASURED_S = 0.5
"""The minimum of measured time, after decay, for a rate."""

LEFT_FOR_DECIDING = 0.8
"""A frame with an expected wait over this part of the time left is refused: the lane needs the rest."""


class CompletionRate:
    """Commands a second that the lanes complete while others wait: a moving average.

    Only time with waiting commands is measured: the rate of an idle server does not show its capacity. After a while
    without such time the rate is unknown again, so that a stall of the store does not cause refusals forever.
    """

    def __init__(self) -> None:
        self._commands = 0.0
        self._seconds = 0.0
        self._measured_at: float | None = None
        self._waited = False

    def measure(self, now: float, completed: int, *, waits: bool) -> None:
        """Record the commands completed since the last call.

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
        """The rate; None without a measurement."""
        if self._seconds < MEASURED_S:
            return None
        return self._commands / self._seconds


def reachable(rate: float | None, seconds_left: float) -> float:
    """How many commands may be ahead of one with this time left; infinite without a measured rate."""
    if rate is None:
        return math.inf
    return rate * seconds_left * LEFT_FOR_DECIDING


def frames_ahead(before: int, fellows: Sequence[int], others: Sequence[int]) -> int:
    """How many frames are taken in round robin before a frame's turn.

    Args:
        before: the frames before it on its own connection.
        fellows: how many wait on each other connection of its sender.
        others: how many wait of each other sender.
    """
    rounds = before + 1
    own_sender = before + sum(map(min, fellows, repeat(rounds)))
    return own_sender + sum(map(min, others, repeat(own_sender + 1)))


def reachable_of(
    more: int, waiting: int, allowed: float, fellows: Sequence[int], others: Sequence[int]
) -> int:
    """How many of the new frames can be handled in time.

    Args:
        more: the number of new frames.
        waiting: the number of frames before them on their connection.
        allowed: how many frames may be ahead of each.
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
