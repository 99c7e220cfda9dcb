"""The system's clock: the one place that asks what time it is."""

from __future__ import annotations

import datetime as dt
import time


class SystemClock:
    """Wall time in UTC and the machine's monotonic seconds.

    On Linux and macOS these stand still while the machine is suspended, so that the watch over the business day
    sees the wall clock jump; elsewhere it sees that nobody has read the clocks for long.
    """

    def now(self) -> dt.datetime:
        """Return the present, aware."""
        return dt.datetime.now(dt.UTC)

    monotonic = staticmethod(time.monotonic)
