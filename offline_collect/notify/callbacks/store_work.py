"""Has threads write to the store what requests bring, and answers them when it is written."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThreadPool
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool
from twisted.web.server import NOT_DONE_YET

from offline_collect.domain.ports import StoreError
from offline_collect.domain.values import value

_log = logging.getLogger(__name__)


@value
class Answer:
    """An answer over HTTP; without words by default."""

    status: int
    kind: str = "text/plain"
    body: bytes = b""


NOT_FOUND, BAD_REQUEST, UNAVAILABLE = Answer(404), Answer(400), Answer(503)


def answered(request: Any, answer: Answer) -> bytes:
    """Set a request's status and headers, and return the body for it."""
    request.setResponseCode(answer.status)
    request.setHeader("content-type", answer.kind)
    return answer.body


class StoreThreads:
    """Threads that write to the store."""

    def __init__(self, reactor: Any, pool: ThreadPool) -> None:
        self._reactor, self._pool = reactor, pool

    def run(self, function: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """Call a function in one of them."""
        return deferToThreadPool(self._reactor, self._pool, function, *arguments)

    def later(self, delay_s: float, function: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """Call a function in one of them after a while."""
        return deferLater(self._reactor, delay_s, self.run, function, *arguments)


class StoreWork:
    """Requests that wait for the store: as many as it may be, the next one is refused."""

    def __init__(self, threads: StoreThreads, most: int) -> None:
        """Make it.

        Args:
            most: requests that may wait.
        """
        self.threads = threads
        self._most, self._waiting = most, 0

    @property
    def full(self) -> bool:
        """Whether another request must be refused."""
        return self._waiting >= self._most

    def begin(
        self,
        request: Any,
        work: Callable[[StoreThreads], Deferred[Any]],
        said: Callable[[Any], Answer],
        failed: Answer,
    ) -> int:
        """Answer a request when work for it is done.

        Args:
            said: returns the answer to what came of it.
            failed: the answer if the store could not be reached, or anything else went wrong.
        """
        self._waiting += 1
        gone: list[object] = []
        request.notifyFinish().addErrback(gone.append)

        def done(result: Any) -> None:
            self._waiting -= 1
            if isinstance(result, Failure):
                fault = None if result.check(StoreError) else result.value
                _log.warning("what came in was not taken: %s", result.value, exc_info=fault)
                answer = failed
            else:
                answer = said(result)
            if not gone:
                request.write(answered(request, answer))
                request.finish()

        work(self.threads).addBoth(done)
        return NOT_DONE_YET
