"""Whether the wall clock is reliable, by comparing its latest readings with the monotonic clock (docs/operating.md).

A wall clock jumps: time synchronisation steps it, the machine is suspended, or a user sets it. The monotonic clock
does not jump; it stops while the machine is suspended. If both advance equally for long enough, the wall clock did
not jump in that time. It may still be wrong, but a temporary error has no permanent effects.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

READINGS = 4
"""How many readings must agree."""

APART_S = 15.0
"""The least time between two readings that count."""

GAP_MAX_S = 60.0
"""The longest time between two readings; after a longer one the clock may have jumped unseen."""

DRIFT_MAX_S = 2.0
"""How far the two clocks may differ over all readings that count."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Both clocks, read at the same time.

    Attributes:
        wall: aware.
        elapsed_s: monotonic seconds; only differences are meaningful.
    """

    wall: dt.datetime
    elapsed_s: float

    def drift_s(self, earlier: Reading) -> float:
        """Return how much more the wall clock has advanced than the monotonic one since ``earlier``."""
        return (self.wall - earlier.wall).total_seconds() - (self.elapsed_s - earlier.elapsed_s)


@dataclass(frozen=True, slots=True)
class Readings:
    """The latest reading, and the earlier readings that count.

    Attributes:
        latest: the last reading, even if it does not count yet.
        counted: at most :data:`READINGS`, each at least :data:`APART_S` after the one before it.
    """

    latest: Reading
    counted: tuple[Reading, ...]

    @classmethod
    def begin(cls, reading: Reading) -> Readings:
        """Return a new series with its first reading: at start-up, and after any doubtful reading."""
        return cls(reading, (reading,))

    def agree_with(self, reading: Reading) -> bool:
        """Whether ``reading`` continues the series: the clocks advanced equally, and not too much time has passed."""
        gap_s = reading.elapsed_s - self.latest.elapsed_s
        if not 0 <= gap_s <= GAP_MAX_S:
            return False
        return all(abs(reading.drift_s(earlier)) <= DRIFT_MAX_S for earlier in (*self.counted, self.latest))

    def followed_by(self, reading: Reading) -> Readings:
        """Return the series with one more reading; a reading that does not agree starts a new series."""
        if not self.agree_with(reading):
            return Readings.begin(reading)
        if reading.elapsed_s - self.counted[-1].elapsed_s < APART_S:
            return Readings(reading, self.counted)
        return Readings(reading, (*self.counted, reading)[-READINGS:])

    def all_say(self, says: Callable[[dt.datetime], bool]) -> bool:
        """Whether there are enough readings, and ``says`` is true of the time of each and of the latest."""
        enough = len(self.counted) == READINGS
        return enough and all(says(reading.wall) for reading in (*self.counted, self.latest))
