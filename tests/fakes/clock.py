"""A clock that tests advance."""

import datetime as dt


class HandClock:
    """Wall and monotonic time that stand still until :meth:`advance`."""

    def __init__(self, now: dt.datetime) -> None:
        self._now = now
        self._seconds = 1_000.0

    def now(self) -> dt.datetime:
        """Return the wall time."""
        return self._now

    def monotonic(self) -> float:
        """Return monotonic seconds."""
        return self._seconds

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += dt.timedelta(seconds=seconds)
        self._seconds += seconds

    def set_wall(self, now: dt.datetime) -> None:
        """Set only the wall clock, like a person, time synchronisation, or the end of a suspension."""
        self._now = now
