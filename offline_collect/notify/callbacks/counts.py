"""Counts what came in, for the output of the sender."""

from __future__ import annotations

from threading import Lock

from offline_collect.domain.values import value
from offline_collect.notify.replies import RepliesTaken
from offline_collect.notify.reports import Taken


@value
class CameIn:
    """What came in by HTTP.

    Attributes:
        links: mails whose link to unsubscribe was used for the first time.
        app: opt-outs that the app has brought, and that are new.
        unread: requests that cannot be read, or are not signed as they must be.
    """

    reports: Taken = Taken()
    replies: RepliesTaken = RepliesTaken()
    links: int = 0
    app: int = 0
    unread: int = 0

    def __add__(self, other: CameIn) -> CameIn:
        return CameIn(
            self.reports + other.reports,
            self.replies + other.replies,
            self.links + other.links,
            self.app + other.app,
            self.unread + other.unread,
        )


class CallbackCounts:
    """What came in until somebody looks; any thread may."""

    def __init__(self) -> None:
        self._lock, self._came = Lock(), CameIn()

    def add(self, came: CameIn) -> None:
        """Count what came in."""
        with self._lock:
            self._came += came

    def look(self) -> CameIn:
        """Return what came in since the last look."""
        with self._lock:
            came, self._came = self._came, CameIn()
            return came
