"""The listening port: requests and connections are bounded, and nothing of a URL is logged."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from twisted.protocols.policies import WrappingFactory
from twisted.web.resource import Resource
from twisted.web.server import Request, Site

BODY_MAX = 262_144
"""Bytes of a request's body. Gateways report up to some hundred messages at once."""

CONNECTIONS_MAX = 200
_REQUEST_TIMEOUT_S = 15


class _Bounded(Request):
    """A request whose body is bounded, with a length or in chunks; the connection of a longer one is closed."""

    _got = 0

    def gotLength(self, length: int | None) -> None:
        """Refuse a body that is said to be too long."""
        said = length or 0
        self._bound(said)
        super().gotLength(None if length is None else min(said, BODY_MAX))  # type: ignore[no-untyped-call]  # Twisted annotates only a part of itself

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


class _Root(Resource):
    """Sends each request to its page."""

    def __init__(self, pages: Resource, own: Mapping[bytes, Resource]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # as above
        self._pages, self._own = pages, own

    def getChild(self, path: bytes, _request: object) -> Any:
        """Return the page of the first part of a path."""
        return self._own.get(path, self._pages)


def callback_site(pages: Resource, own: Mapping[bytes, Resource] = MappingProxyType({})) -> WrappingFactory:
    """Return the pages for a listening port.

    Args:
        pages: those with a secret in their URL, and all that are not there.
        own: the others, by the first part of their path, such as ``unsubscribe``.
    """
    root = _Root(pages, own)
    make: Any = _Quiet
    site = make(root, requestFactory=_Bounded, timeout=_REQUEST_TIMEOUT_S, parsePOSTFormSubmission=False)
    wrap: Any = _Few
    wrapped: WrappingFactory = wrap(site)
    return wrapped
