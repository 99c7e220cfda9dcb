"""The TLS handshake of one connection: the institutions that its peer may speak for, and why it failed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from OpenSSL import SSL
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from offline_collect.server.link import Link

_log = logging.getLogger(__name__)

_NOT_TLS = ("wrong version number", "http request", "unknown protocol", "packet length too long")
"""What OpenSSL says of bytes that are not TLS."""


class Handshake:
    """Records one handshake.

    Args:
        peer: its address.
    """

    def __init__(self, link: Link, peer: str) -> None:
        self._link = link
        self._peer = peer
        self._done = False

    def completed(self, transport: Any) -> frozenset[str] | None:
        """Return the institutions that the peer may speak for; None: all of the link's."""
        self._done = True
        assert self._link.credentials is not None
        institutions = self._link.credentials.institutions(transport)
        if institutions is not None and not institutions:
            self._say(self._link.stranger)
        return institutions

    def lost(self, reason: Failure) -> None:
        """The connection has ended; log it if the handshake was not complete."""
        if not self._done:
            self._done = True
            self._say(f"the TLS handshake failed: {_why(reason)}")
            self._link.observer.refused(self._link.settings.name, "tls")

    def _say(self, what: str) -> None:
        _log.warning("link %s, %s: %s", self._link.settings.name, self._peer, what)


def _why(reason: Failure) -> str:
    """Return why a handshake failed, in OpenSSL's words, which contain no data."""
    if not isinstance(reason.value, SSL.Error) or not reason.value.args:
        return "the peer closed the connection"
    words = "; ".join(str(each[-1]) for each in reason.value.args[0])
    if any(each in words for each in _NOT_TLS):
        return f"its bytes are not TLS: does it speak the link's dialect without TLS? ({words})"
    return words
