"""Sends answers at once instead of in the reactor's next turn."""

from __future__ import annotations

from typing import Any

from twisted.internet.abstract import FileDescriptor


def send_now(transport: Any) -> None:
    """Send what was written to a transport, as far as its socket takes it.

    A transport's ``write`` only keeps the data until the reactor has checked all sockets, so that an answer waits
    until the requests that arrived meanwhile are read. Errors are left to the reactor, which sees them again; so is
    a transport that is being closed, which only the reactor can end, or that encrypts: it does not show whether its
    socket is being closed.
    """
    if isinstance(transport, FileDescriptor) and transport.connected and not transport.disconnecting:
        transport.doWrite()
