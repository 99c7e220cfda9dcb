"""How far the wall clock can be believed: by its latest readings beside the monotonic clock (domain.md, Cutover).

A wall clock jumps: time synchronisation steps it, a machine sleeps, somebody sets it. The monotonic clock does
not, and it stands still while the machine is suspended. Where both advance alike for long enough, the wall clock
has not jumped meanwhile. That does not make it right; it keeps a passing error from having effects that last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

READINGS = 4
"""How many readings must say the same."""

APART_S = 15.0
"""The least time between two readings that count."""

GAP_MAX_S = 60.0
"""The most: after a longer one nobody knows what the clock did meanwhile."""

DRIFT_MAX_S = 2.0
"""How far the two clocks may come apart over all readings that count."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Both clocks, read at the same time.

    Attributes:
        wall: aware.
        elapsed_s: monotonic seconds; only differences mean something.
    """

    wall: dt.datetime
    elapsed_s: float

    def drift_s(self, earlier: Reading) -> float:
        """Return how much further the wall clock has gone than the monotonic one since ``earlier``."""
        return (self.wall - earlier.wall).total_seconds() - (self.elapsed_s - earlier.elapsed_s)


@dataclass(frozen=True, slots=True)
class Readings:
    """The latest reading, and those before it that count.

    Attributes:
        latest: the last one, whether it counts yet or not.
        counted: at most :data:`READINGS`, each at least :data:`APART_S` after the one before it.
    """

    latest: Reading
    counted: tuple[Reading, ...]

    @classmethod
    def begin(cls, reading: Reading) -> Readings:
        """Return the count with its first reading: at a start, and after anything that casts doubt."""
        return cls(reading, (reading,))

    def agree_with(self, reading: Reading) -> bool:
        """Whether ``reading`` continues these: the clocks advanced alike, and not too much time has passed."""
        gap_s = reading.elapsed_s - self.latest.elapsed_s
        if not 0 <= gap_s <= GAP_MAX_S:
            return False
        return all(abs(reading.drift_s(earlier)) <= DRIFT_MAX_S for earlier in (*self.counted, self.latest))

    def followed_by(self, reading: Reading) -> Readings:
        """Return the readings with one more; the count begins anew where that does not agree with them."""
        if not self.agree_with(reading):
            return Readings.begin(reading)
        if reading.elapsed_s - self.counted[-1].elapsed_s < APART_S:
            return Readings(reading, self.counted)
        return Readings(reading, (*self.counted, reading)[-READINGS:])

    def all_say(self, says: Callable[[dt.datetime], bool]) -> bool:
        """Whether there are enough readings, and each of them, and the latest, says something of its time."""
        enough = len(self.counted) == READINGS
        return enough and all(says(reading.wall) for reading in (*self.counted, self.latest))
