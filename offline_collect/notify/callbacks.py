"""Serves what receivers report: each channel has a URL with a secret in it.

Who knows the secret is believed; nobody else learns whether a URL is right. Requests are bounded in size and number, and
what cannot be taken now is refused with 503, so that the receiver reports it again.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from threading import Lock
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThreadPool
from twisted.protocols.policies import WrappingFactory
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request, Site

from offline_collect.domain.notices.reports import Report
from offline_collect.domain.ports import StoreError
from offline_collect.domain.values import value
from offline_collect.notify.reports import ReportDesk, Taken

_log = logging.getLogger(__name__)

BODY_MAX = 262_144
"""Bytes of a request's body. Gateways report up to some hundred messages at once."""

REPORTS_MAX = 1_000
"""Reports in one request."""

WAITING_MAX = 200
"""Requests that wait for the store; another one gets 503."""

LOOK_AGAIN_S = 2.0
"""After this time a message that only its receiver has named is looked for once more."""

CONNECTIONS_MAX = 200
_REQUEST_TIMEOUT_S = 15
_OK, _BAD_REQUEST, _NOT_FOUND, _UNAVAILABLE = 200, 400, 404, 503

Reader = Callable[[bytes, bytes], Sequence[Report]]
"""Returns the reports of a request, of its query and its body; ValueError if they cannot be read."""


@value
class CallbackTerms:
    """The URLs that are served.

    Attributes:
        secret: the last part of each URL's path.
        readers: by the first part of the path, such as ``kannel``.
        answers: what the receivers of a path want to read, with its content type; nothing without one.
    """

    secret: str = field(repr=False)
    readers: Mapping[str, Reader]
    answers: Mapping[str, tuple[str, bytes]]


class CallbackCounts:
    """What was reported, until somebody looks; any thread may."""

    def __init__(self) -> None:
        self._lock, self._taken, self._unread = Lock(), Taken(), 0

    def add(self, taken: Taken) -> None:
        """Count reports."""
        with self._lock:
            self._taken += taken

    def add_unread(self) -> None:
        """Count a request that cannot be read."""
        with self._lock:
            self._unread += 1

    def look(self) -> tuple[Taken, int]:
        """Return what was reported since the last look, and how many requests could not be read."""
        with self._lock:
            found = self._taken, self._unread
            self._taken, self._unread = Taken(), 0
            return found


class Callbacks(Resource):
    """The pages of receivers."""

    isLeaf = True

    def __init__(
        self, terms: CallbackTerms, desk: ReportDesk, counts: CallbackCounts, pool: ThreadPool, reactor: Any
    ) -> None:
        """Make them.

        Args:
            pool: its threads write to the store.
        """
        super().__init__()  # type: ignore[no-untyped-call]  # Twisted annotates only a part of itself
        self._terms, self._desk, self._counts = terms, desk, counts
        self._pool, self._reactor = pool, reactor
        self._waiting = 0

    def render(self, request: Any) -> int | bytes:
        """Answer a request."""
        name = self._name(request.path)
        if name is None or request.method not in {b"GET", b"POST"}:
            return _refused(request, _NOT_FOUND)
        _, _, query = request.uri.partition(b"?")
        try:
            reports = self._terms.readers[name](query, request.content.read())
        except ValueError:
            self._counts.add_unread()
            return _refused(request, _BAD_REQUEST)
        if len(reports) > REPORTS_MAX:
            self._counts.add_unread()
            return _refused(request, _BAD_REQUEST)
        if self._waiting >= WAITING_MAX:
            return _refused(request, _UNAVAILABLE)
        self._take(request, name, reports)
        return NOT_DONE_YET

    def _name(self, path: bytes) -> str | None:
        """Return the channel of a path; None if it has another secret."""
        _, _, rest = path.partition(b"/")
        name, _, secret = rest.partition(b"/")
        right = hmac.compare_digest(secret, self._terms.secret.encode("ascii"))
        known = name.decode("ascii", "replace")
        return known if right and known in self._terms.readers else None

    def _take(self, request: Request, name: str, reports: Sequence[Report]) -> None:
        self._waiting += 1
        gone: list[object] = []
        request.notifyFinish().addErrback(gone.append)
        taken: Deferred[Any] = self._looked(reports)
        if any(each.message_id is None for each in reports):
            taken.addCallback(self._look_again, reports)

        def answer(result: Taken | Failure) -> None:
            self._waiting -= 1
            if isinstance(result, Failure):
                fault = None if result.check(StoreError) else result.value
                _log.warning("reports on notices were not taken: %s", result.value, exc_info=fault)
                kind, text, status = "text/plain", b"", _UNAVAILABLE
            else:
                self._counts.add(result)
                kind, text = self._terms.answers.get(name, ("text/plain", b""))
                status = _OK
            if not gone:
                _finish(request, status, kind, text)

        taken.addBoth(answer)

    def _looked(self, reports: Sequence[Report]) -> Deferred[Any]:
        return deferToThreadPool(self._reactor, self._pool, self._desk.take, reports)

    def _look_again(self, taken: Taken, reports: Sequence[Report]) -> Taken | Deferred[Any]:
        """Look for a message later: the receiver may report before its own id is written here."""
        if not taken.unknown:
            return taken
        later: Deferred[Any] = deferLater(self._reactor, LOOK_AGAIN_S, self._looked, reports)
        return later.addCallback(lambda then: replace(then, applied=then.applied + taken.applied))


def _refused(request: Request, status: int) -> bytes:
    request.setResponseCode(status)
    request.setHeader("content-type", "text/plain")
    return b""


def _finish(request: Request, status: int, kind: str, text: bytes) -> None:
    request.setResponseCode(status)
    request.setHeader("content-type", kind)
    request.write(text)
    request.finish()


class _Bounded(Request):
    """A request whose body is bounded, with a length or in chunks; the connection of a longer one is closed."""

    _got = 0

    def gotLength(self, length: int | None) -> None:
        """Refuse a body that is said to be too long."""
        said = length or 0
        self._bound(said)
        super().gotLength(None if length is None else min(said, BODY_MAX))  # type: ignore[no-untyped-call]  # as above

    def handleContentChunk(self, data: bytes) -> None:
        """Refuse a body that has become too long."""
        self._got += len(data)
        self._bound(self._got)
        if self._got <= BODY_MAX:
            super().handleContentChunk(data)  # type: ignore[no-untyped-call]  # as above

    def _bound(self, size: int) -> None:
        if size > BODY_MAX:
            channel: Any = self.channel
            channel.abortConnection()


class _Quiet(Site):
    """A site that writes no log of its requests: their URLs have the secret in them."""

    noisy = False

    def log(self, request: Any) -> None:
        """Write nothing."""


class _Few(WrappingFactory):
    """Closes a connection at once when there are enough."""

    noisy = False

    def buildProtocol(self, addr: Any) -> Any:
        """Return the protocol of a new connection; None to close it."""
        return super().buildProtocol(addr) if len(self.protocols) < CONNECTIONS_MAX else None


def callback_site(callbacks: Callbacks) -> WrappingFactory:
    """Return the pages for a listening port."""
    make: Any = _Quiet
    site = make(callbacks, requestFactory=_Bounded, timeout=_REQUEST_TIMEOUT_S, parsePOSTFormSubmission=False)
    wrap: Any = _Few
    wrapped: WrappingFactory = wrap(site)
    return wrapped
