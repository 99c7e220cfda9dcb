"""Deletes expired traces in small transactions, so that payments continue (docs/operating.md)."""

from __future__ import annotations

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.decisions.traces import expired
from offline_collect.domain.ports import Clock
from offline_collect.store import SqlStore, delete_traces

PAGE = 2_000
"""Rows that one transaction reads, which takes some milliseconds."""


class TraceExpiry:
    """Checks all traces once on each business day that this process sees.

    Every server does it; traces that one server has deleted are gone for the others.
    """

    def __init__(self, store: SqlStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._done: BusinessDate | None = None

    def run(self) -> None:
        """Delete expired traces, unless that was done on this business day.

        Raises:
            StoreError: the store could not be reached; traces deleted before that stay deleted.
        """
        day = self._store.open_day()
        if day.date == self._done:
            return
        date, moment = expired(day, self._clock.now())
        after: str | None = None
        while True:
            begun = self._clock.monotonic()
            with self._store.transaction() as tx:
                after = delete_traces(tx, after, date, moment, PAGE)
            if after is None:
                break
            self._store.throttle(self._clock.monotonic() - begun)
        self._done = day.date
