"""Alarms that a server passes on: the system user acted by breaking the glass, in a process of its own.

The audit trail tells servers of it, so that the metrics and the log that somebody watches anyway tell it too.
"""

from __future__ import annotations

import datetime as dt

from offline_collect.merchant.access.acting import ALARM
from offline_collect.store import SqlStore, count_action

NOTED_FOR = dt.timedelta(hours=24)
"""How long after the last use a note stays."""


class BrokenGlass:
    """What the audit trail tells of ``--break-glass``; each look reads only what came since the one before.

    Attributes:
        latest: when it was used last; None where it was not.
    """

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._read_to = 0
        self.latest: dt.datetime | None = None

    def look(self) -> int:
        """Return how often it was used since the last look, the first time since the store was made.

        Raises:
            StoreError: the store could not be reached; look again.
        """
        with self._store.snapshot() as reading:
            found = count_action(reading, ALARM, self._read_to)
        self._read_to = found.sequence
        self.latest = found.latest or self.latest
        return found.times

    def notes(self, now: dt.datetime) -> list[str]:
        """Return what an operator should know, a line each."""
        if self.latest is None or now - self.latest >= NOTED_FOR:
            return []
        at = self.latest.astimezone(dt.UTC).isoformat(" ", "seconds")
        told = f"the system user acted by --break-glass, the last time at {at}"
        return [f"{told}: `offline-collect audit show --action '{ALARM}'` says why"]
