"""Sends the messages of a batch by HTTP: at once up to a bound, over connections that are kept.

Twisted's agent sends them: the platform has it already for its links, it keeps connections, follows no redirect by
itself, and a request has one deadline over name, connection, TLS, answer and body, however slowly the receiver answers.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

from twisted.internet.defer import (
    CancelledError,
    Deferred,
    gatherResults,
    inlineCallbacks,
    succeed,
)
from twisted.internet.error import ConnectError, ConnectionClosed, DNSLookupError
from twisted.internet.protocol import Protocol, connectionDone
from twisted.internet.threads import blockingCallFromThread
from twisted.python.failure import Failure
from twisted.web.client import Agent, HTTPConnectionPool, ResponseDone, ResponseFailed
from twisted.web.http import PotentialDataLoss
from twisted.web.http_headers import Headers
from twisted.web.iweb import IBodyProducer
from zope.interface import implementer

from offline_collect.domain.notices.messages import OutgoingMessage
from offline_collect.domain.notices.reasons import Reason, reason_of
from offline_collect.domain.notices.results import Result, Verdict
from offline_collect.notify.channels.endpoint import CheckedEndpoints
from offline_collect.notify.channels.http_exchange import ANSWER_MAX, HttpAnswer, HttpRequest, HttpTerms


class HttpBatch:
    """Sends batches from a thread that is not the reactor's."""

    def __init__(self, reactor: Any, terms: HttpTerms) -> None:
        """Make it.

        Args:
            reactor: runs in another thread than the sender.
        """
        self._reactor, self._terms = reactor, terms
        pool = HTTPConnectionPool(reactor)
        pool.maxPersistentPerHost = terms.at_once
        # A request that may have arrived is tried again by the sender, which counts it.
        pool.retryAutomatically = False
        endpoints = CheckedEndpoints(reactor, private=terms.private)
        self._agent = Agent.usingEndpointFactory(reactor, endpoints, pool)

    def send(
        self,
        messages: Sequence[OutgoingMessage],
        asked: Callable[[OutgoingMessage], HttpRequest | Result],
        said: Callable[[HttpAnswer], Result],
    ) -> Sequence[Result]:
        """Send messages; return the result of each, in their order.

        Args:
            asked: makes the request of a message, or says why it is not sent.
            said: reads an answer.
        """
        return blockingCallFromThread(self._reactor, self._send_all, messages, asked, said)

    @inlineCallbacks
    def _send_all(
        self, messages: Sequence[OutgoingMessage], asked: Any, said: Any
    ) -> Generator[Deferred[Any], Any, Sequence[Result]]:
        results: dict[int, Result] = {}
        waiting = enumerate(messages)
        used = min(self._terms.at_once, len(messages))
        yield gatherResults([self._send_from(waiting, results, asked, said) for _ in range(used)])
        return [results[place] for place in range(len(messages))]

    @inlineCallbacks
    def _send_from(
        self,
        waiting: Iterator[tuple[int, OutgoingMessage]],
        results: dict[int, Result],
        asked: Any,
        said: Any,
    ) -> Generator[Deferred[Any], Any, None]:
        """Send messages one after the other, as others do beside it, until none waits."""
        for place, message in waiting:
            results[place] = yield self._send_one(message, asked, said)

    def _send_one(self, message: OutgoingMessage, asked: Any, said: Any) -> Deferred[Result]:
        request = asked(message)
        if isinstance(request, Result):
            return succeed(request)
        answered: Deferred[Any] = self._ask(request)
        answered.addTimeout(self._terms.timeout_s, self._reactor, _timed_out)
        return answered.addCallbacks(said, _failed)

    @inlineCallbacks
    def _ask(self, request: HttpRequest) -> Generator[Deferred[Any], Any, HttpAnswer]:
        response = yield self._agent.request(
            request.method.encode("ascii"),
            request.url.encode("ascii"),
            Headers({name: [text] for name, text in request.headers.items()}),
            _Body(request.body),
        )
        body = yield _read(response)
        wait = response.headers.getRawHeaders("retry-after", [None])[0]
        return HttpAnswer(response.code, wait, body)


def _timed_out(_result: object, seconds: float) -> None:
    raise TimeoutError(f"{seconds:g}")


def _failed(failure: Failure) -> Result:
    """Return the result of a request without an answer. Its error may have the URL in it; the reason has none."""
    error = failure.value
    if isinstance(error, TimeoutError):
        reason = reason_of(Reason.TOO_LATE, seconds=str(error))
    elif isinstance(error, DNSLookupError):
        reason = reason_of(Reason.NAME_UNKNOWN)
    elif isinstance(error, ConnectError):
        reason = reason_of(Reason.UNCONNECTED, why=str(error))
    elif isinstance(error, (ConnectionClosed, CancelledError, ResponseFailed)):
        reason = reason_of(Reason.CLOSED)
    else:
        reason = reason_of(Reason.NO_ANSWER, why=type(error).__name__)
    return Result(Verdict.TRY_AGAIN, reason)


@implementer(IBodyProducer)
class _Body:
    """Writes a body at once: it is short. Twisted's own producer would do it by the turns of the global reactor."""

    def __init__(self, body: bytes) -> None:
        self._body, self.length = body, len(body)

    def startProducing(self, consumer: Any) -> Deferred[None]:
        """Write it."""
        consumer.write(self._body)
        return succeed(None)

    def pauseProducing(self) -> None:
        """It is written already."""

    resumeProducing = stopProducing = pauseProducing


def _read(response: Any) -> Deferred[bytes]:
    body = _Bounded()
    response.deliverBody(body)
    return body.done


class _Bounded(Protocol):
    """Reads a body up to its bound."""

    def __init__(self) -> None:
        self.done: Deferred[bytes] = Deferred(lambda _: self._abort())
        self._got = b""
        self._over = False

    def dataReceived(self, data: bytes) -> None:
        """Keep the bytes."""
        self._got += data
        if len(self._got) > ANSWER_MAX and not self._over:
            self._over = True
            self.done.callback(self._got[:ANSWER_MAX])
            self._abort()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """End well if the answer is whole, or has no stated length."""
        if self._over:
            return
        self._over = True
        if reason.check(ResponseDone, PotentialDataLoss):
            self.done.callback(self._got)
        else:
            self.done.errback(reason)

    def _abort(self) -> None:
        # The end of the connection, which may come at once, is then no news.
        self._over = True
        self.transport.abortConnection()  # type: ignore[union-attr] # Twisted's proxy of it has the method
