"""The receive buffers of sockets: small, because nobody knows how long what lies in them has waited."""

from __future__ import annotations

import socket
from typing import Any

_LOOKED_AT = 1 << 18
"""Bytes: more than a receive buffer of the usual sizes holds."""


def fix_receive_buffer(listening: socket.socket, size: int) -> None:
    """Give the connections that a listening socket accepts a receive buffer of ``size`` bytes.

    They inherit it, and the system no longer makes it larger by itself. Linux books twice the size, because
    what it keeps beside the bytes counts too.
    """
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)


def socket_of(transport: Any) -> socket.socket | None:
    """Return the socket beneath a connection, also beneath TLS; None where there is none."""
    beneath = getattr(transport, "transport", None) or transport
    handle: socket.socket | None = getattr(beneath, "getHandle", lambda: None)()
    return handle


def held_bytes(transport: Any) -> int:
    """Return how many bytes wait to be read from a connection; 0 where there is no socket to ask."""
    handle = socket_of(transport)
    if handle is None:
        return 0
    try:
        return len(handle.recv(_LOOKED_AT, socket.MSG_PEEK))
    except OSError:
        return 0
