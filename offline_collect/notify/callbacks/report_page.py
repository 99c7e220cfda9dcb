"""Takes reports on messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from twisted.internet.defer import Deferred

from offline_collect.domain.notices.reports import Report
from offline_collect.notify.callbacks.counts import CameIn
from offline_collect.notify.callbacks.store_work import Answer, StoreThreads
from offline_collect.notify.reports import ReportDesk, Taken

LOOK_AGAIN_S = 2.0
"""After this time a message that only its receiver has named is looked for once more."""

ReportReader = Callable[[bytes, bytes], Sequence[Report]]
"""Returns the reports of a request, of its query and its body; ValueError if they cannot be read."""


class ReportPage:
    """See :class:`~offline_collect.notify.callbacks.secret_pages.Page`."""

    def __init__(self, reader: ReportReader, desk: ReportDesk, answer: Answer) -> None:
        self._reader, self._desk = reader, desk
        self.answer = answer

    def read(self, query: bytes, body: bytes) -> Sequence[Report]:
        """Return the reports of a request."""
        return self._reader(query, body)

    def take(self, entries: Sequence[Report], threads: StoreThreads) -> Deferred[CameIn]:
        """Apply reports."""
        taken = threads.run(self._desk.take, entries)
        if any(each.message_id is None for each in entries):
            taken.addCallback(self._look_again, entries, threads)
        return taken.addCallback(lambda result: CameIn(reports=result))

    def _look_again(
        self, taken: Taken, reports: Sequence[Report], threads: StoreThreads
    ) -> Taken | Deferred[Taken]:
        """Look for a message later: the receiver may report before its own id is written here."""
        if not taken.unknown:
            return taken
        later = threads.later(LOOK_AGAIN_S, self._desk.take, reports)
        return later.addCallback(lambda then: replace(then, applied=then.applied + taken.applied))
