"""The due times of an open loop's messages."""

from __future__ import annotations


class Pace:
    """Evenly spaced times, independent of answers.

    Args:
        rate: messages a second.
    """

    def __init__(self, rate: float) -> None:
        self._interval_ns = 1_000_000_000 / rate
        self._began_ns = 0
        self._told = 0

    def begin(self, now_ns: int) -> None:
        """Start (monotonic nanoseconds)."""
        self._began_ns = now_ns

    def due(self, now_ns: int) -> list[int]:
        """Return the times that were reached since the last call."""
        reached = int((now_ns - self._began_ns) / self._interval_ns)
        times = [self._began_ns + int(nth * self._interval_ns) for nth in range(self._told, reached)]
        self._told = max(self._told, reached)
        return times
