"""TLS of a terminal's connections: trusted certificates, its own certificate, and sockets for a loop."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from offline_collect_terminal.errors import ScenarioError


@dataclass(frozen=True, slots=True)
class Tls:
    """The TLS settings of connections.

    Attributes:
        context: the trusted certificates, and its own certificate if any.
        name: the required name in the platform's certificate; None for the host's name.
    """

    context: ssl.SSLContext
    name: str | None = None


def read_tls(ca: Path | None, certificate: Path | None, key: Path | None, name: str | None) -> Tls | None:
    """Return the TLS settings from the options; None without ``--tls-ca``.

    Raises:
        ScenarioError: a file cannot be used, or options are missing.
    """
    if ca is None:
        if certificate or key or name:
            raise ScenarioError("--tls-ca", "", "is missing: it names those whose certificates are trusted")
        return None
    if (certificate is None) is not (key is None):
        raise ScenarioError("--tls-cert", "", "goes with --tls-key: say both, or neither")
    for option, file in (("--tls-ca", ca), ("--tls-cert", certificate), ("--tls-key", key)):
        if file is not None:
            _check_readable(option, file)
    try:
        context = ssl.create_default_context(cafile=str(ca))
    except ssl.SSLError as error:
        raise ScenarioError(
            "--tls-ca", str(ca), f"holds no certificate in PEM ({tls_reason(error)})"
        ) from None
    try:
        if certificate is not None:
            context.load_cert_chain(certificate, key)
    except ssl.SSLError as error:
        raise ScenarioError(
            f"--tls-cert {certificate}, --tls-key {key}",
            "",
            f"are not a certificate in PEM and its key ({tls_reason(error)})",
        ) from None
    return Tls(context, name)


def _check_readable(option: str, file: Path) -> None:
    """Refuse a file by its name; OpenSSL's errors do not say which of the files they are about."""
    try:
        file.open("rb").close()
    except OSError as error:
        raise ScenarioError(option, str(file), f"cannot be opened: {error.strerror}") from None


def tls_reason(error: OSError) -> str:
    """Return why a connection failed: of TLS, OpenSSL's words without places in its source."""
    if not isinstance(error, ssl.SSLError):
        return error.strerror or "timed out"
    # Errors that Python makes itself have neither attribute.
    reason = getattr(error, "reason", None) or "it was cut off"
    words = getattr(error, "verify_message", None) or reason.lower().replace("_", " ")
    return f"TLS: {words}"


class WatchedTls:
    """A TLS socket for a selector loop: it reads all data, and raises BlockingIOError like plain sockets."""

    def __init__(self, encrypted: ssl.SSLSocket) -> None:
        self._socket = encrypted

    def fileno(self) -> int:
        """Return the descriptor to watch."""
        return self._socket.fileno()

    def recv(self, size: int) -> bytes:
        """Return the received bytes, b'' at the end.

        The descriptor does not show data that TLS has already decrypted, so all of it is read.

        Raises:
            BlockingIOError: nothing was received.
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
        """Send as much as the socket accepts.

        Raises:
            BlockingIOError: there is no room.
        """
        try:
            return self._socket.send(content)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise BlockingIOError from None

    def shutdown(self, how: int) -> None:
        """Close a direction of the TCP connection, because TLS has no half-close."""
        self._socket.shutdown(how)

    def close(self) -> None:
        """Close it."""
        self._socket.close()
