"""Alarms that a server reports: the system user acted by ``--break-glass``, in a command, which is another process.

Servers read it from the audit trail, so that it also appears in the metrics and the log, which operators watch.
"""

from __future__ import annotations

import datetime as dt

from offline_collect.merchant.access.acting import ALARM
from offline_collect.store import SqlStore, count_action

NOTED_FOR = dt.timedelta(hours=24)
"""How long after the last use the note is shown."""


class BrokenGlass:
    """The uses of ``--break-glass`` in the audit trail; each call of :meth:`look` reads only newer rows.

    Attributes:
        latest: the time of the last use; None if there was none.
    """

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._read_to = 0
        self.latest: dt.datetime | None = None

    def look(self) -> int:
        """Return how often it was used since the last call; at the first call, since the store was created.

        Raises:
            StoreError: the store could not be reached; call again.
        """
        with self._store.snapshot() as reading:
            found = count_action(reading, ALARM, self._read_to)
        self._read_to = found.sequence
        self.latest = found.latest or self.latest
        return found.times

    def notes(self, now: dt.datetime) -> list[str]:
        """Return notes for operators, one line each, in the zone of ``now``."""
        if self.latest is None or now - self.latest >= NOTED_FOR:
            return []
        at = self.latest.astimezone(now.tzinfo).isoformat(" ", "seconds")
        told = f"the system user acted by --break-glass, the last time at {at}"
        return [f"{told}: `offline-collect audit show --action '{ALARM}'` says why"]
