"""Takes what payers answer by SMS."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from twisted.internet.defer import Deferred

from offline_collect.domain.notices.replies import UpstreamSms
from offline_collect.notify.callbacks.counts import CameIn
from offline_collect.notify.callbacks.store_work import Answer, StoreThreads
from offline_collect.notify.replies import ReplyDesk

UpstreamReader = Callable[[bytes, bytes], Sequence[UpstreamSms]]
"""Returns the SMS of a request, of its query and its body; ValueError if they cannot be read."""


class ReplyPage:
    """See :class:`~offline_collect.notify.callbacks.secret_pages.Page`."""

    def __init__(self, reader: UpstreamReader, desk: ReplyDesk, channel: str, answer: Answer) -> None:
        """Make it.

        Args:
            channel: the way on which they come, for the audit.
        """
        self._reader, self._desk, self._channel = reader, desk, channel
        self.answer = answer

    def read(self, query: bytes, body: bytes) -> Sequence[UpstreamSms]:
        """Return the SMS of a request."""
        return self._reader(query, body)

    def take(self, entries: Sequence[UpstreamSms], threads: StoreThreads) -> Deferred[CameIn]:
        """Do what payers want."""
        taken = threads.run(self._desk.take, entries, self._channel)
        return taken.addCallback(lambda result: CameIn(replies=result))
