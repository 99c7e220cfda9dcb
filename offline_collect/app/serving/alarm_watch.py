"""A server's watch over alarms that commands leave in the store."""

from __future__ import annotations

import logging
from collections.abc import Callable

from offline_collect.app.serving.background import outliving
from offline_collect.domain.ports import Clock
from offline_collect.merchant.access.alarms import BrokenGlass

_log = logging.getLogger(__name__)


class AlarmWatch:
    """Counts uses of ``--break-glass`` at each check; one check at a time.

    Args:
        glass: reads the audit trail.
        clock: the machine's.
        tell: called with the count of new uses; the first time, with the count of all uses.
    """

    def __init__(self, glass: BrokenGlass, clock: Clock, tell: Callable[[int], None]) -> None:
        self._glass = glass
        self._clock = clock
        self._tell = tell
        self._has_looked = False

    def look(self) -> None:
        """Report new uses; uses before the first look are counted but not logged again. It never raises."""
        times = outliving("reading the uses of --break-glass", self._glass.look)
        if times is None:
            return
        self._tell(times)
        if times and self._has_looked:
            _log.critical("ALARM: %s", "; ".join(self.notes()))
        self._has_looked = True

    def notes(self) -> list[str]:
        """Return notes for operators, one line each."""
        return self._glass.notes(self._clock.now())
