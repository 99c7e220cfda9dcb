"""Connections of a link behind TLS: those that it accepts, and the one that it makes itself."""

from __future__ import annotations

from typing import Any

from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import Factory
from twisted.protocols.tls import TLSMemoryBIOFactory

from offline_collect.server.tls.credentials import Credentials


class TlsFactory(TLSMemoryBIOFactory):
    """Wraps a link's connections in TLS; closes the connection of a refused peer before any handshake.

    Args:
        calls: whether the platform connects, and so begins the handshake.
    """

    noisy = False

    def __init__(self, credentials: Credentials, link: Factory, reactor: Any, *, calls: bool = False) -> None:
        shown: Any = credentials
        behind: Any = link
        super().__init__(shown, isClient=calls, wrappedFactory=behind, clock=reactor)

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """Return a connection for an accepted peer; None closes the connection of any other."""
        connection = self.wrappedFactory.buildProtocol(addr)
        return None if connection is None else self.protocol(self, connection)
