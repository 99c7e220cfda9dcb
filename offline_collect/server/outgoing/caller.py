"""Connects out to the partner of one link, and again whenever the connection ends."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from twisted.internet.interfaces import IAddress, IConnector
from twisted.internet.protocol import ClientFactory
from twisted.python.failure import Failure

from offline_collect.server.connections.protocol import Connection
from offline_collect.server.link import Link
from offline_collect.server.outgoing.back_off import BackOff
from offline_collect.server.tls.factory import TlsFactory

_log = logging.getLogger(__name__)


class CallerState(StrEnum):
    """What a caller is doing."""

    STANDING_BY = "STANDING_BY"
    CONNECTING = "CONNECTING"
    CONNECTED = "CONNECTED"
    WAITING = "WAITING"
    STOPPED = "STOPPED"


class CallerEvent(StrEnum):
    """What happens to a caller."""

    ALLOWED = "ALLOWED"
    REACHED = "REACHED"
    ENDED = "ENDED"
    DUE = "DUE"
    FORBIDDEN = "FORBIDDEN"
    SERVER_STOPS = "SERVER_STOPS"


_CALLS = frozenset({CallerState.CONNECTING, CallerState.CONNECTED, CallerState.WAITING})
LIFE: Mapping[CallerEvent, tuple[frozenset[CallerState], CallerState]] = MappingProxyType(
    {
        CallerEvent.ALLOWED: (frozenset({CallerState.STANDING_BY}), CallerState.CONNECTING),
        CallerEvent.REACHED: (frozenset({CallerState.CONNECTING}), CallerState.CONNECTED),
        CallerEvent.ENDED: (
            frozenset({CallerState.CONNECTING, CallerState.CONNECTED}),
            CallerState.WAITING,
        ),
        CallerEvent.DUE: (frozenset({CallerState.WAITING}), CallerState.CONNECTING),
        CallerEvent.FORBIDDEN: (_CALLS, CallerState.STANDING_BY),
        CallerEvent.SERVER_STOPS: (_CALLS | {CallerState.STANDING_BY}, CallerState.STOPPED),
    }
)
"""By event, the states in which it counts, and the state after it; in other states it changes nothing."""


class Caller(ClientFactory):
    """Keeps one connection to the partner that a link names, while this server may have it.

    Args:
        link: its settings name the partner (``connect``).
        draw: returns a random number from 0 to 1, for the back-off.

    Attributes:
        state: what it is doing.
    """

    noisy = False

    def __init__(self, link: Link, reactor: Any, draw: Callable[[], float]) -> None:
        partner = link.settings.connect
        assert partner is not None
        self.link = link
        self.partner = partner
        self.state = CallerState.STANDING_BY
        self._reactor = reactor
        self._draw = draw
        self._back_off = BackOff(partner.retry_max_s)
        self._connector: Any = None
        self._connection: Connection | None = None
        self._timer: Any = None
        self._why = ""
        tls = link.credentials
        self._factory: Any = self if tls is None else TlsFactory(tls, self, reactor, calls=True)

    def allow(self) -> None:
        """Connect, unless that is under way."""
        # A connection that is still closing answers its last requests first.
        if self._connection is None and self._happened(CallerEvent.ALLOWED):
            self._dial()

    def forbid(self, linger_s: float) -> None:
        """Do not connect until that is allowed again; an open connection answers what it has taken and is closed.

        Args:
            linger_s: when a connection that has not ended by then is cut off.
        """
        self._leave(CallerEvent.FORBIDDEN, linger_s)

    def stop(self, linger_s: float) -> None:
        """Never connect again, even if a renewal of the lease allows it; otherwise like :meth:`forbid`."""
        self._leave(CallerEvent.SERVER_STOPS, linger_s)

    def _leave(self, event: CallerEvent, linger_s: float) -> None:
        before = self.state
        if not self._happened(event) or before is CallerState.STANDING_BY:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if before is CallerState.CONNECTING:
            self._connector.stopConnecting()
        connection = self._connection
        if connection is not None:
            _log.info("link %s: closing the connection to %s", self.link.settings.name, self.partner)
            connection.hang_up()
            self._reactor.callLater(linger_s, self._cut_off, connection)

    def _cut_off(self, connection: Connection) -> None:
        if self._connection is connection:
            connection.abort()

    def _happened(self, event: CallerEvent) -> bool:
        """Handle an event; return False if the present state ignores it."""
        before, after = LIFE[event]
        if self.state not in before:
            return False
        self.state = after
        return True

    def _dial(self) -> None:
        partner = self.partner
        self._connector = self._reactor.connectTCP(
            partner.host, partner.port, self._factory, timeout=partner.timeout_s
        )

    def _redial(self) -> None:
        self._timer = None
        if self._happened(CallerEvent.DUE):
            self._dial()

    def buildProtocol(self, addr: IAddress | None) -> Connection | None:
        """Return the connection to the partner; None if the server drains or has too many connections."""
        connection = self.link.called(str(getattr(addr, "host", "")))
        if connection is None or not self._happened(CallerEvent.REACHED):
            return None
        self._connection = connection
        self._why = ""
        self.link.observer.connected_out(self.link.settings.name, connected=True)
        _log.info("link %s: connected to %s", self.link.settings.name, self.partner)
        return connection

    def clientConnectionFailed(self, connector: IConnector, reason: Failure) -> None:  # noqa: ARG002 - Twisted's
        """Try again later."""
        if self.state is CallerState.CONNECTING:
            self.link.observer.connect_failed(self.link.settings.name)
        self._again("cannot connect to", reason)

    def clientConnectionLost(self, connector: IConnector, reason: Failure) -> None:  # noqa: ARG002 - Twisted's
        """Connect again; soon, if the partner had sent a message."""
        connection, self._connection = self._connection, None
        if connection is not None:
            self.link.observer.connected_out(self.link.settings.name, connected=False)
            if connection.has_heard:
                self._back_off.reset()
        self._again("lost the connection to", reason)

    def _again(self, what: str, reason: Failure) -> None:
        if not self._happened(CallerEvent.ENDED):
            return
        wait_s = self._back_off.wait_s(self._draw())
        self._why = reason.getErrorMessage().rstrip(".")
        _log.warning(
            "link %s: %s %s: %s; trying again in %.1f s",
            self.link.settings.name,
            what,
            self.partner,
            self._why,
            wait_s,
        )
        self._timer = self._reactor.callLater(wait_s, self._redial)

    def note(self, holder: str | None) -> str:
        """Return a line for operators on the state of the connection.

        Args:
            holder: the server that has the lease, as far as known.
        """
        name = self.link.settings.name
        if self.state is CallerState.CONNECTED:
            return f"link {name}: connected to {self.partner}"
        if self.state in {CallerState.STANDING_BY, CallerState.STOPPED}:
            where = "no server" if holder is None else f"server {holder}"
            return f"link {name}: {where} has the lease of the connection to {self.partner}"
        why = f": {self._why}" if self._why else ""
        return f"link {name}: not connected to {self.partner}{why}; this server keeps trying"
