"""A partner that listens, and to which the platform connects."""

import socket
import ssl
from typing import Self

from tests.e2e.serving import WITHIN_S, FrontEnd


class Partner:
    """Listens on a port of loopback; a front end for each connection that the platform makes.

    Args:
        tls: its side of TLS; None without TLS.
        port: 0 for any free port.
    """

    def __init__(self, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self._tls = tls
        self._listening = socket.create_server(("127.0.0.1", port))
        self._listening.settimeout(WITHIN_S)
        self._accepted: list[socket.socket] = []
        self.port: int = self._listening.getsockname()[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for each in [self._listening, *self._accepted]:
            each.close()

    def accept(self) -> FrontEnd:
        """Wait for the platform, and return the connection that it has made."""
        connection, _ = self._listening.accept()
        connection.settimeout(WITHIN_S)
        if self._tls is not None:
            connection = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        self._accepted.append(connection)
        return FrontEnd.accepted(connection)

    def is_called(self) -> bool:
        """Whether a connection waits to be accepted."""
        self._listening.setblocking(False)
        try:
            self._listening.accept()[0].close()
        except BlockingIOError:
            return False
        finally:
            self._listening.settimeout(WITHIN_S)
        return True


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
