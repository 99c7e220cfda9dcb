"""A server's watch over imports, which commands make: what waits for a second person is seen on a dashboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from offline_collect.app.serving.background import outliving
from offline_collect.merchant.imports.backlog import imports_by_state
from offline_collect.store import ImportState, SqlStore


class ImportWatch:
    """Counts imports at each check; one check at a time.

    Args:
        store: has the imports.
        tell: called with the number of imports in each state.
    """

    def __init__(self, store: SqlStore, tell: Callable[[Mapping[ImportState, int]], None]) -> None:
        self._store = store
        self._tell = tell

    def look(self) -> None:
        """Report the numbers. It never raises."""
        found = outliving("counting imports", lambda: imports_by_state(self._store))
        if found is not None:
            self._tell(found)
