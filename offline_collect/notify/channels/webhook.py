"""The bank's app by a webhook: each message is a JSON POST, signed as Standard Webhooks has it.

The requests of a batch go out at once, up to a bound, over connections that are kept. Twisted's agent sends them: the
platform has it already for its links, it keeps connections, follows no redirect by itself, and a request has one
deadline over name, connection, TLS, answer and body, however slowly the receiver answers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterator, Sequence
from dataclasses import field
from email.utils import parsedate_to_datetime
from typing import Any

import orjson
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

from offline_collect.domain.notices.messages import OutgoingMessage, message_document
from offline_collect.domain.notices.results import ACCEPTED, Result, Verdict
from offline_collect.domain.ports import Clock
from offline_collect.domain.values import value
from offline_collect.notify.channels.endpoint import CheckedEndpoints
from offline_collect.notify.channels.standard_webhooks import signature_headers

ANSWER_MAX = 16_384
"""Bytes of an answer that are read: only its status counts, and the rest leaves a connection that can be used again."""

_HEADERS = {b"content-type": [b"application/json"], b"user-agent": [b"offline-collect"]}
_OK, _REDIRECT, _NO_REDIRECT = 200, 300, 400
_GONE, _TOO_MANY, _UNAVAILABLE = 410, 429, 503
_MAY_SAY_WHEN = frozenset({_TOO_MANY, _UNAVAILABLE})


@value
class WebhookTerms:
    """Where the messages go.

    Attributes:
        timeout_s: of one request, from the name to the end of the answer.
        at_once: requests that are open at a time.
        private: whether the receiver may be at a private address.
        key: of the signatures.
    """

    url: str
    timeout_s: float
    at_once: int
    private: bool
    key: bytes = field(repr=False)


class WebhookChannel:
    """Sends messages to one URL; see :class:`~offline_collect.notify.channels.port.NoticePort`."""

    def __init__(self, reactor: Any, clock: Clock, terms: WebhookTerms) -> None:
        """Make the channel.

        Args:
            reactor: runs in another thread than the sender.
        """
        self._reactor, self._clock, self._terms = reactor, clock, terms
        self._url = terms.url.encode("ascii")
        pool = HTTPConnectionPool(reactor)
        pool.maxPersistentPerHost = terms.at_once
        # A request that may have arrived is tried again by the sender, which counts it.
        pool.retryAutomatically = False
        endpoints = CheckedEndpoints(reactor, private=terms.private)
        self._agent = Agent.usingEndpointFactory(reactor, endpoints, pool)

    def send(self, messages: Sequence[OutgoingMessage]) -> Sequence[Result]:
        """See :class:`~offline_collect.notify.channels.port.NoticePort`."""
        return blockingCallFromThread(self._reactor, self._send_all, messages)

    @inlineCallbacks
    def _send_all(
        self, messages: Sequence[OutgoingMessage]
    ) -> Generator[Deferred[Any], Any, Sequence[Result]]:
        results: dict[str, Result] = {}
        waiting = iter(messages)
        used = min(self._terms.at_once, len(messages))
        yield gatherResults([self._send_from(waiting, results) for _ in range(used)])
        return [results[each.message_id] for each in messages]

    @inlineCallbacks
    def _send_from(
        self, waiting: Iterator[OutgoingMessage], results: dict[str, Result]
    ) -> Generator[Deferred[Any], Any, None]:
        """Send messages one after the other, as others do beside it, until none waits."""
        for message in waiting:
            results[message.message_id] = yield self._send_one(message)

    def _send_one(self, message: OutgoingMessage) -> Deferred[Result]:
        now = self._clock.now()
        body = orjson.dumps(message_document(message))
        signed = signature_headers(self._terms.key, message.message_id, now, body)
        headers = Headers(_HEADERS | {name.encode(): [text.encode()] for name, text in signed.items()})
        asked: Deferred[Any] = self._agent.request(b"POST", self._url, headers, _Body(body))
        asked.addCallback(_answered, now)
        asked.addTimeout(self._terms.timeout_s, self._reactor, _timed_out)
        return asked.addErrback(_failed)


@inlineCallbacks
def _answered(response: Any, now: dt.datetime) -> Generator[Deferred[Any], Any, Result]:
    yield _read(response)
    wait = response.headers.getRawHeaders("retry-after", [None])[0]
    return result_of(response.code, wait, now)


def result_of(status: int, retry_after: str | None, now: dt.datetime) -> Result:
    """Return what an answer means: 2xx is accepted, 410 wants no more of it, all others are tried again.

    Args:
        retry_after: the header; seconds or a date. It counts for 429 and 503.
    """
    if _OK <= status < _REDIRECT:
        return ACCEPTED
    if status == _GONE:
        return Result(Verdict.STOP, "answered 410: the receiver wants no more of it")
    redirected = _REDIRECT <= status < _NO_REDIRECT
    reason = f"answered {status}" + (": redirects are not followed" if redirected else "")
    asked = retry_after if status in _MAY_SAY_WHEN else None
    return Result(Verdict.TRY_AGAIN, reason, None if asked is None else _pause_s(asked, now))


def _pause_s(text: str, now: dt.datetime) -> float | None:
    """Return the seconds that a Retry-After asks for; None if it cannot be read."""
    if text.strip().isascii() and text.strip().isdigit():
        return float(text.strip()[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max((moment.replace(tzinfo=moment.tzinfo or dt.UTC) - now).total_seconds(), 0.0)


def _timed_out(_result: object, seconds: float) -> None:
    raise TimeoutError(f"no whole answer within {seconds:g} s")


def _failed(failure: Failure) -> Result:
    """Return the result of a request without an answer. Its error may have the URL in it; the reason has none."""
    error = failure.value
    if isinstance(error, TimeoutError):
        reason = str(error)
    elif isinstance(error, DNSLookupError):
        reason = "the receiver's name is not known"
    elif isinstance(error, ConnectError):
        reason = f"the receiver cannot be connected to: {error}"
    elif isinstance(error, (ConnectionClosed, CancelledError, ResponseFailed)):
        reason = "the connection was closed"
    else:
        reason = f"no answer: {type(error).__name__}"
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


def _read(response: Any) -> Deferred[None]:
    """Read an answer up to its bound; what is longer ends its connection, which is no fault."""
    body = _Bounded()
    response.deliverBody(body)
    return body.done


class _Bounded(Protocol):
    """Reads a body and forgets it."""

    def __init__(self) -> None:
        self.done: Deferred[None] = Deferred(lambda _: self._abort())
        self._left = ANSWER_MAX
        self._over = False

    def dataReceived(self, data: bytes) -> None:
        """Count the bytes."""
        self._left -= len(data)
        if self._left < 0 and not self._over:
            self._over = True
            self.done.callback(None)
            self._abort()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """End well if the answer is whole, or has no stated length."""
        if self._over:
            return
        self._over = True
        if reason.check(ResponseDone, PotentialDataLoss):
            self.done.callback(None)
        else:
            self.done.errback(reason)

    def _abort(self) -> None:
        # The end of the connection, which may come at once, is then no news.
        self._over = True
        self.transport.abortConnection()  # type: ignore[union-attr] # Twisted's proxy of it has the method
