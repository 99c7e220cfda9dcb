"""The system's clock: the only place that reads the time."""

from __future__ import annotations

import datetime as dt
import time


class SystemClock:
    """Wall time in UTC and the machine's monotonic seconds.

    On Linux and macOS the monotonic clock stops while the machine is suspended, so that the day watch sees the
    wall clock jump. On other systems it sees that the clocks were not read for a long time.
    """

    def now(self) -> dt.datetime:
        """Return the present time, with its zone."""
        return dt.datetime.now(dt.UTC)

    monotonic = staticmethod(time.monotonic)
