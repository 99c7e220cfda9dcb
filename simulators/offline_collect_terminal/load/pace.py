"""The due times of an open loop's messages."""

from __future__ import annotations

EVERY_NS = 10_000_000
"""How often due times are told: to send each alone would take the processor time of the platform beside it."""


class Pace:
    """Evenly spaced times, independent of answers.

    Args:
        rate: messages a second.
    """

    def __init__(self, rate: float) -> None:
        self._interval_ns = 1_000_000_000 / rate
        self._began_ns = 0
        self._told = 0
        self._next_ns = 0

    def begin(self, now_ns: int) -> None:
        """Start (monotonic nanoseconds)."""
        self._began_ns = self._next_ns = now_ns

    def due(self, now_ns: int) -> list[int]:
        """Return the times that were reached since they were last told; none until :data:`EVERY_NS` after that."""
        if now_ns < self._next_ns:
            return []
        self._next_ns = now_ns + EVERY_NS
        reached = int((now_ns - self._began_ns) / self._interval_ns)
        times = [self._began_ns + int(nth * self._interval_ns) for nth in range(self._told, reached)]
        self._told = max(self._told, reached)
        return times
