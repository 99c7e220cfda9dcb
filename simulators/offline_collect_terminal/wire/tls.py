"""TLS of a terminal's connections: whom it trusts, what it shows, and sockets that a loop can watch."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from offline_collect_terminal.errors import ScenarioError


@dataclass(frozen=True, slots=True)
class Tls:
    """How connections are encrypted.

    Attributes:
        context: whom it trusts, and its own certificate if it has one.
        name: what the platform's certificate must be called; None: as the host is.
    """

    context: ssl.SSLContext
    name: str | None = None


def read_tls(ca: Path | None, certificate: Path | None, key: Path | None, name: str | None) -> Tls | None:
    """Return what the options of TLS come to; None where there is no ``--tls-ca``.

    Raises:
        ScenarioError: a file cannot be used, or options are missing.
    """
    if ca is None:
        if certificate or key or name:
            raise ScenarioError("--tls-ca", "", "is missing: it names those whose certificates are trusted")
        return None
    if (certificate is None) is not (key is None):
        raise ScenarioError("--tls-cert", "", "goes with --tls-key: say both, or neither")
    try:
        context = ssl.create_default_context(cafile=str(ca))
        if certificate is not None:
            context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise ScenarioError("--tls-ca, --tls-cert, --tls-key", "", f"cannot be used: {error}") from None
    return Tls(context, name)


class WatchedTls:
    """A TLS socket for a loop that watches it: it reads all that has come, and says BlockingIOError as plain ones do."""

    def __init__(self, encrypted: ssl.SSLSocket) -> None:
        self._socket = encrypted

    def fileno(self) -> int:
        """Return the descriptor to watch."""
        return self._socket.fileno()

    def recv(self, size: int) -> bytes:
        """Return what has come, b'' at the end.

        A loop that watches the descriptor does not see what TLS has decrypted and holds, so all of it is taken.

        Raises:
            BlockingIOError: nothing has.
        """
        came = bytearray(self._read(size))
        while self._socket.pending():
            came += self._read(size)
        return bytes(came)

    def _read(self, size: int) -> bytes:
        try:
            return self._socket.recv(size)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise BlockingIOError from None

    def send(self, content: bytes | bytearray) -> int:
        """Send as much as there is room for.

        Raises:
            BlockingIOError: there is none.
        """
        try:
            return self._socket.send(content)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise BlockingIOError from None

    def shutdown(self, how: int) -> None:
        """Close a direction of the connection beneath TLS, which has no such thing itself."""
        self._socket.shutdown(how)

    def close(self) -> None:
        """Close it."""
        self._socket.close()
