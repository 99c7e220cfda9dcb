"""A server's watch over alarms that commands leave in the store."""

from __future__ import annotations

import logging
from collections.abc import Callable

from offline_collect.domain.ports import Clock, StoreError
from offline_collect.merchant.access.alarms import BrokenGlass

_log = logging.getLogger(__name__)


class AlarmWatch:
    """Counts uses of ``--break-glass`` whenever it is asked to look; one look at a time.

    Args:
        glass: reads the audit trail.
        clock: the machine's.
        tell: called with how many uses are new; the first time, with all that there ever were.
    """

    def __init__(self, glass: BrokenGlass, clock: Clock, tell: Callable[[int], None]) -> None:
        self._glass = glass
        self._clock = clock
        self._tell = tell
        self._has_looked = False

    def look(self) -> None:
        """Tell of new uses; what came before the first look is counted, and not logged again. It never raises."""
        try:
            times = self._glass.look()
        except StoreError as error:
            _log.warning("whether the glass was broken cannot be told; it is tried again: %s", error)
        except Exception:  # noqa: BLE001 - a loop that has failed once would never run again
            _log.exception("looking for alarms failed; it is tried again")
        else:
            self._tell(times)
            if times and self._has_looked:
                _log.critical("ALARM: %s", "; ".join(self.notes()))
            self._has_looked = True

    def notes(self) -> list[str]:
        """Return what an operator should know, a line each."""
        return self._glass.notes(self._clock.now())
