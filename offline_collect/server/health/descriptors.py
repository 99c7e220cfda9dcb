"""File descriptors: how many connections they allow, and the report when none are left."""

from __future__ import annotations

import logging
from collections.abc import Callable
from errno import EMFILE, ENFILE, ENOBUFS, ENOMEM, errorcode

from twisted.logger import LogEvent

from offline_collect.domain.ports import Clock
from offline_collect.server.connections.connection_bounds import Room

_log = logging.getLogger(__name__)

REMEDY = (
    "raise the limit of open files (LimitNOFILE of the service, ulimit -n), or lower links[].connections_max"
)
REMEMBERED_S = 30.0
"""How long the server reports a failure to accept as a problem; it is logged once in that time."""

_ACCEPTS = "twisted.internet.tcp"
_EXHAUSTED = frozenset(errorcode[number] for number in (EMFILE, ENFILE, ENOBUFS, ENOMEM))


class Descriptors:
    """Keeps connections within the process's descriptors, and notices when accepting one has failed.

    Twisted reports a failed accept only in its own log, at a level that is not shown: it closes the peer and
    continues. So this class observes that log.

    Args:
        failed: called at each failure.
        most: how many connections the limit of open files allows; None for any number.
    """

    def __init__(self, clock: Clock, failed: Callable[[], None], most: int | None = None) -> None:
        self.room = Room(most)
        self._clock = clock
        self._failed = failed
        self._failed_at: float | None = None
        self._told_at: float | None = None

    def __call__(self, event: LogEvent) -> None:
        """Handle an event of Twisted's log."""
        if str(event.get("log_namespace")).startswith(_ACCEPTS) and _tells_of_exhaustion(event):
            self._failed_at = self._clock.monotonic()
            self._failed()
            self._tell(self._failed_at)

    def _tell(self, now: float) -> None:
        if self._told_at is None or now - self._told_at >= REMEMBERED_S:
            self._told_at = now
            _log.error("connections cannot be accepted: no file descriptors or memory left; %s", REMEDY)

    def problem(self) -> str | None:
        """Return why connections are refused now; existing connections continue."""
        if self.room.full:
            return f"connections: all {self.room.most} that the file descriptors allow are taken; {REMEDY}"
        if self._failed_at is not None and self._clock.monotonic() - self._failed_at < REMEMBERED_S:
            return f"connections: not all could be accepted: no file descriptors or memory left; {REMEDY}"
        return None


def _tells_of_exhaustion(event: LogEvent) -> bool:
    """Whether an accept has failed: Twisted logs a text if it has a reserve descriptor, else the error."""
    return event.get("acceptError") in _EXHAUSTED or str(event.get("log_format")).startswith(
        "EMFILE encountered"
    )
