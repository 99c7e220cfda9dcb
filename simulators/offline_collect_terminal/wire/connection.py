"""One TCP connection to the platform, read with a deadline.

It uses blocking sockets, because a scenario is a sequence.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
from collections import deque

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.wire.errors import FrameError
from offline_collect.wire.frame.frame import Frame
from offline_collect.wire.frame.frame_format import FrameFormat
from offline_collect.wire.frame.frames import FrameDecoder
from offline_collect_terminal.errors import SimulatorError, UnreachableError
from offline_collect_terminal.wire.tls import Tls, WatchedTls, tls_reason

CHUNK_BYTES = 65_536


class PeerClosedError(SimulatorError):
    """The platform closed the connection, or sent bytes that are not a frame."""


class Connection:
    """A connection that sends and receives frames.

    Args:
        host: name or address.
        frame_format: the dialect's.
        connect_timeout_s: how long to try.
        tls: None for a connection that is not encrypted.

    Raises:
        UnreachableError: there is no answer, or the certificate is not trusted.
    """

    def __init__(
        self,
        host: str,
        port: int,
        frame_format: FrameFormat,
        connect_timeout_s: float,
        tls: Tls | None = None,
    ) -> None:
        try:
            self._socket = socket.create_connection((host, port), connect_timeout_s)
            if tls is not None:
                self._socket = tls.context.wrap_socket(self._socket, server_hostname=tls.name or host)
        except ssl.SSLError as error:
            raise UnreachableError(f"{host}:{port}: {tls_reason(error)}") from None
        except OSError as error:
            address, reason = f"{host}:{port}", _why(error)
            raise UnreachableError(
                Phrase(
                    "{address}: {reason}; see that the platform serves there", address=address, reason=reason
                )
            ) from None
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._decoder = FrameDecoder(frame_format)
        self._frames: deque[Frame] = deque()

    def send(self, stream: bytes, timeout_s: float) -> None:
        """Write bytes unchanged.

        Raises:
            PeerClosedError: the platform no longer accepts them.
        """
        self._socket.settimeout(timeout_s)
        try:
            self._socket.sendall(stream)
        except OSError as error:
            reason = tls_reason(error)
            raise PeerClosedError(
                Phrase("the platform takes nothing more: {reason}", reason=reason)
            ) from None

    def receive(self, timeout_s: float) -> Frame | None:
        """Return the next frame, or None if none comes in time.

        Raises:
            PeerClosedError: none will come any more.
        """
        deadline = time.monotonic() + timeout_s
        while not self._frames:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return None
            self._read(remaining)
        return self._frames.popleft()

    def arrived(self) -> list[Frame]:
        """Return the frames received so far, without waiting for more.

        Raises:
            PeerClosedError: no more can come, and nothing can be sent.
        """
        while self._more():
            self._read(0.001)
        frames = list(self._frames)
        self._frames.clear()
        return frames

    def _more(self) -> bool:
        held = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()
        return bool(held or select.select([self._socket], [], [], 0)[0])

    def _read(self, timeout_s: float) -> None:
        self._socket.settimeout(timeout_s)
        try:
            chunk = self._socket.recv(CHUNK_BYTES)
        except TimeoutError:
            return
        except OSError as error:
            raise PeerClosedError(
                Phrase("the connection broke: {reason}", reason=tls_reason(error))
            ) from None
        if not chunk:
            raise PeerClosedError(Phrase("the platform closed the connection"))
        try:
            self._frames.extend(self._decoder.feed(chunk))
        except FrameError as error:
            reason = error.reason
            raise PeerClosedError(Phrase("the platform sent no frame: {reason}", reason=reason)) from None

    def release(self) -> socket.socket | WatchedTls:
        """Hand the non-blocking socket over to its next reader; all received bytes must have been read."""
        assert not self._frames, "the next reader would miss frames"
        self._socket.setblocking(False)
        return WatchedTls(self._socket) if isinstance(self._socket, ssl.SSLSocket) else self._socket

    def close(self) -> None:
        """Close it."""
        self._socket.close()


def _why(error: OSError) -> str:
    """Return why there is no connection; what has no phrase stays as the system says it."""
    if isinstance(error, ConnectionRefusedError):
        return Phrase("Connection refused")
    if isinstance(error, socket.gaierror):
        return Phrase("no machine has this name")
    return error.strerror or Phrase("no answer in time")
