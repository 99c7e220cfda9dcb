"""The receive buffers of sockets: small, because the waiting time of their content is unknown."""

from __future__ import annotations

import socket
from typing import Any

_LOOKED_AT = 1 << 18
"""Bytes: more than a receive buffer of a usual size holds."""


def fix_receive_buffer(handle: socket.socket, size: int) -> None:
    """Give a connection, or all that a listening socket accepts, a receive buffer of ``size`` bytes.

    Accepted connections inherit it, and the system no longer enlarges it automatically. Linux reserves twice the
    size, because its bookkeeping counts too.
    """
    handle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)


def socket_of(transport: Any) -> socket.socket | None:
    """Return the socket of a connection, also of a TLS one; None without a socket."""
    beneath = getattr(transport, "transport", None) or transport
    handle: socket.socket | None = getattr(beneath, "getHandle", lambda: None)()
    return handle


def held_bytes(transport: Any) -> int:
    """Return how many bytes wait to be read from a connection; 0 without a socket."""
    handle = socket_of(transport)
    if handle is None:
        return 0
    try:
        return len(handle.recv(_LOOKED_AT, socket.MSG_PEEK))
    except OSError:
        return 0
