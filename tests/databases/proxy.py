"""A proxy between psycopg and PostgreSQL that cuts the connection at a COMMIT."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory

SOCKET_NAME = ".s.PGSQL.5432"
CHUNK = 65_536


class Cut(Enum):
    """When the connection is cut."""

    BEFORE = "the COMMIT never reaches the server"
    MEANWHILE = "the COMMIT is on its way, nobody waits for it"
    AFTER = "the server has committed, its reply is lost"


class CommitProxy:
    """Forwards a Unix socket; the next COMMIT after :meth:`arm` ends its connection.

    Attributes:
        folder: the host name for clients.
        cuts: how many connections were cut.
        on_cut: called before a connection is cut.
    """

    def __init__(self, folder: Path, server: Path) -> None:
        self.folder = folder
        self.cuts = 0
        self.on_cut: Callable[[], object] = lambda: None
        self._server = server / SOCKET_NAME
        self._armed: list[Cut] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / SOCKET_NAME))
        self._listener.listen()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def arm(self, *cuts: Cut) -> None:
        """Cut at each of the next COMMITs."""
        self._armed += cuts

    def close(self) -> None:
        """Accept no more connections."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self._server))
                wire = _Wire(client, server)
                threading.Thread(target=self._forward, args=(wire,), daemon=True).start()
                threading.Thread(target=wire.back, daemon=True).start()

    def _forward(self, wire: "_Wire") -> None:
        messages = wire.messages()
        for message in messages:
            if self._armed and message[:1] in {b"Q", b"P"} and b"COMMIT\0" in message:
                self._cut(wire, message, messages)
                return
            # The server may have hung up a moment ago: then the other direction closes both.
            with suppress(OSError):
                wire.server.sendall(message)

    def _cut(self, wire: "_Wire", message: bytes, following: Iterator[bytes]) -> None:
        cut = self._armed.pop(0)
        if cut is not Cut.BEFORE:
            wire.muted.set()
            # In a pipeline the server carries out what comes before a Sync.
            piped = message[:1] == b"P"
            while piped and message[-5:] != b"S\0\0\0\4":
                message += next(following)
            wire.server.sendall(message)
        if cut is Cut.AFTER:
            assert wire.replied.wait(10)
        self.cuts += 1
        self.on_cut()
        wire.close()


class _Wire:
    """Two sockets, one each way."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server = client, server
        self.muted, self.replied = threading.Event(), threading.Event()

    def messages(self) -> Iterator[bytes]:
        """Yield the client's messages of the PostgreSQL protocol."""
        buffer, head = b"", 0
        while data := self._receive(self.client):
            buffer += data
            # Only the first message, which starts the session, has no type before its length.
            while len(buffer) >= head + 4:
                (length,) = struct.unpack_from("!i", buffer, head)
                end = head + length
                if len(buffer) < end:
                    break
                yield buffer[:end]
                buffer, head = buffer[end:], 1
        self.close()

    def back(self) -> None:
        """Send the server's output to the client, until it is muted."""
        lost = b""
        while data := self._receive(self.server):
            if self.muted.is_set():
                lost += data
                if b"COMMIT\0" in lost:
                    self.replied.set()
            else:
                with suppress(OSError):
                    self.client.sendall(data)
        self.close()

    def close(self) -> None:
        """Close both connections."""
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    @staticmethod
    def _receive(end: socket.socket) -> bytes:
        try:
            return end.recv(CHUNK)
        except OSError:
            return b""


@contextmanager
def commit_proxy(server: Path) -> Iterator[CommitProxy]:
    """Run a proxy before the server whose socket is in the folder ``server``."""
    with TemporaryDirectory(prefix="oc-proxy-") as folder:
        proxy = CommitProxy(Path(folder), server)
        try:
            yield proxy
        finally:
            proxy.close()
