"""How many imports there are in each state: for a server's metrics, which concern all banks and name nobody."""

from __future__ import annotations

from offline_collect.store import ImportState, SqlStore
from offline_collect.store.imports.lifecycle import count_imports


def imports_by_state(store: SqlStore) -> dict[ImportState, int]:
    """Return the number of imports in each state, 0 too.

    Raises:
        StoreError: the store could not be reached.
    """
    with store.snapshot() as reading:
        found = count_imports(reading)
    return {state: found.get(state, 0) for state in ImportState}
