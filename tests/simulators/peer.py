"""A platform with nothing but the wire: it decodes requests and answers by a script."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import DecodeError, FrameError
from offline_collect.wire.frame.frames import FrameDecoder, encode_frame
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.scenario.expect import ECHOED

CLOSE = object()
"""The value with which a script closes the connection."""

Script = Callable[["Peer", Message], object]
"""Given a request, returns the response: a message, several, None for nothing, or CLOSE."""


@dataclass
class Peer:
    """The requests that the platform has seen."""

    codec: Codec
    port: int = 0
    requests: list[Message] = field(default_factory=list)
    unreadable: list[DecodeError] = field(default_factory=list)
    connections: int = 0


def approve(_: Peer, request: Message) -> Message:
    """Approve every request."""
    return answer(request)


def answer(request: Message, code: str = "00", **elements: str) -> Message:
    """Answer as specified: echoes, DE 15 and 39, and reasons on a decline; ``de48`` and others on top."""
    echoed = {number: request.elements[number] for number in ECHOED if number in request.elements}
    told = {int(name.removeprefix("de")): value for name, value in elements.items()}
    reasons = {} if code == "00" else {44: "declined", 63: "declined by the script"}
    merged = {**echoed, 15: "1122", 39: code, **reasons, **told}
    if 70 in request.elements:
        merged[70] = request.elements[70]
    mti = f"{request.mti[:2]}{'1' if request.mti[2] == '0' else '3'}0"
    return Message(mti, dict(sorted(merged.items())))


@contextmanager
def serving(codec: Codec, script: Script = approve) -> Iterator[Peer]:
    """Serve on a free port of the loopback, a thread a connection, until the block ends; then connections are closed."""
    peer = Peer(codec)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        peer.port = listener.getsockname()[1]
        thread = threading.Thread(target=_accept, args=(listener, peer, script), daemon=True)
        thread.start()
        yield peer
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _accept(listener: socket.socket, peer: Peer, script: Script) -> None:
    served = []
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            break
        peer.connections += 1
        thread = threading.Thread(target=_serve, args=(connection, peer, script), daemon=True)
        thread.start()
        served.append((thread, connection))
    for thread, connection in served:
        # A client that keeps its connection would be waited for.
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _serve(connection: socket.socket, peer: Peer, script: Script) -> None:
    decoder = FrameDecoder(peer.codec.dialect.frame)
    with connection:
        while chunk := _received(connection):
            try:
                frames = decoder.feed(chunk)
            except FrameError:
                return
            for frame in frames:
                said = _answer(frame.message, peer, script)
                if said is CLOSE:
                    return
                if said and not _sent(connection, said):
                    return


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65_536)
    except OSError:
        return b""


def _sent(connection: socket.socket, said: bytes) -> bool:
    try:
        connection.sendall(said)
    except OSError:
        return False
    return True


def _answer(raw: bytes, peer: Peer, script: Script) -> object:
    try:
        request = peer.codec.decode(raw)
    except DecodeError as error:
        peer.unreadable.append(error)
        if error.mti is None:
            return b""
        request = Message(error.mti, error.elements)
        return _framed([answer(request, "30", de44=error.element or "")], peer)
    peer.requests.append(request)
    said = script(peer, request)
    if said is CLOSE:
        return CLOSE
    messages = said if isinstance(said, list) else [said]
    return _framed([message for message in messages if message is not None], peer)


def _framed(messages: list[Message], peer: Peer) -> bytes:
    frame_format = peer.codec.dialect.frame
    return b"".join(encode_frame(frame_format, peer.codec.encode(message)) for message in messages)
