"""Serves what receivers tell: each has URLs with a secret in them.

Who knows the secret is believed; nobody else learns whether a URL is right. Requests are bounded in size and number, and
what cannot be taken now is refused with 503, so that the receiver tells it again.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Protocol

from twisted.internet.defer import Deferred
from twisted.web.resource import Resource

from offline_collect.domain.values import value
from offline_collect.notify.callbacks.counts import CallbackCounts, CameIn
from offline_collect.notify.callbacks.store_work import (
    BAD_REQUEST,
    NOT_FOUND,
    UNAVAILABLE,
    Answer,
    StoreThreads,
    StoreWork,
    answered,
)

ENTRIES_MAX = 1_000
"""Reports or answers of payers in one request."""

WAITING_MAX = 200
"""Requests that wait for the store; another one gets 503."""


class Page(Protocol):
    """What a URL takes."""

    answer: Answer
    """What the receiver wants to read when all is taken."""

    def read(self, query: bytes, body: bytes) -> Sequence[Any]:
        """Return what a request brings; ValueError if it cannot be read."""

    def take(self, entries: Sequence[Any], threads: StoreThreads) -> Deferred[CameIn]:
        """Write it to the store."""


@value
class SecretTerms:
    """The URLs that are served.

    Attributes:
        secret: the last part of each URL's path.
        pages: by the first part of the path, such as ``kannel``.
    """

    secret: str = field(repr=False)
    pages: Mapping[str, Page]


class SecretPages(Resource):
    """The pages of receivers."""

    isLeaf = True

    def __init__(self, terms: SecretTerms, counts: CallbackCounts, threads: StoreThreads) -> None:
        """Make them."""
        super().__init__()  # type: ignore[no-untyped-call]  # Twisted annotates only a part of itself
        self._terms, self._counts = terms, counts
        self._work = StoreWork(threads, WAITING_MAX)

    def render(self, request: Any) -> int | bytes:
        """Answer a request."""
        page = self._page(request.path)
        if page is None or request.method not in {b"GET", b"POST"}:
            return answered(request, NOT_FOUND)
        _, _, query = request.uri.partition(b"?")
        try:
            entries = page.read(query, request.content.read())
        except ValueError:
            return self._unread(request)
        if len(entries) > ENTRIES_MAX:
            return self._unread(request)
        if self._work.full:
            return answered(request, UNAVAILABLE)

        def taken(came: CameIn) -> Answer:
            self._counts.add(came)
            return page.answer

        return self._work.begin(request, lambda threads: page.take(entries, threads), taken, UNAVAILABLE)

    def _unread(self, request: Any) -> bytes:
        self._counts.add(CameIn(unread=1))
        return answered(request, BAD_REQUEST)

    def _page(self, path: bytes) -> Page | None:
        """Return the page of a path; None if it has another secret."""
        _, _, rest = path.partition(b"/")
        name, _, secret = rest.partition(b"/")
        right = hmac.compare_digest(secret, self._terms.secret.encode("ascii"))
        return self._terms.pages.get(name.decode("ascii", "replace")) if right else None
