"""A server's watch over notices, which `notify run` sends: what waits or is dead is seen on a dashboard."""

from __future__ import annotations

from collections.abc import Callable

from offline_collect.app.serving.background import outliving
from offline_collect.domain.ports import Clock
from offline_collect.notify.backlog import Backlog, notice_backlog
from offline_collect.store import SqlStore


class NoticeWatch:
    """Counts notices at each check; one check at a time.

    Args:
        store: has the notices.
        tell: called with the numbers.
    """

    def __init__(self, store: SqlStore, clock: Clock, tell: Callable[[Backlog], None]) -> None:
        self._store = store
        self._clock = clock
        self._tell = tell

    def look(self) -> None:
        """Report the numbers. It never raises."""
        found = outliving("counting notices", lambda: notice_backlog(self._store, self._clock.now()))
        if found is not None:
            self._tell(found)
