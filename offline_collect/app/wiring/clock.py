"""The system's clock: the only place that reads the time."""

from __future__ import annotations

import datetime as dt
import time

from offline_collect.domain.ports import Clock


class SystemClock:
    """Wall time in UTC and the machine's monotonic seconds.

    On Linux and macOS the monotonic clock stops while the machine is suspended, so that the day watch sees the
    wall clock jump. On other systems it sees that the clocks were not read for a long time.
    """

    def now(self) -> dt.datetime:
        """Return the present time, with its zone."""
        return dt.datetime.now(dt.UTC)

    monotonic = staticmethod(time.monotonic)


class LocalClock:
    """A clock whose times are in the zone of people: for what people read."""

    def __init__(self, clock: Clock, zone: dt.tzinfo) -> None:
        self._clock = clock
        self._zone = zone

    def now(self) -> dt.datetime:
        """Return the present time in the zone."""
        return self._clock.now().astimezone(self._zone)

    def monotonic(self) -> float:
        """Return the machine's monotonic seconds."""
        return self._clock.monotonic()
