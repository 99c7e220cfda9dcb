"""The shell's connection: opened on demand, signed on again after a loss."""

from __future__ import annotations

import time
from collections.abc import Callable

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.frame.frame import Frame
from offline_collect.wire.frame.frames import encode_frame
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.errors import UnreachableError
from offline_collect_terminal.scenario.expect import answers
from offline_collect_terminal.teller.screen.steps import Answered, Delivery, Unanswered, Unsent
from offline_collect_terminal.wire.connection import Connection, PeerClosedError
from offline_collect_terminal.wire.tls import Tls

CONNECT_TIMEOUT_S = 5.0
STAN = 11
_REQUEST_DIGITS = frozenset("02")


class Link:
    """Sends requests and waits for their answers, one at a time.

    Args:
        greeting: returns the first request of a new connection, None for none.
        timeout_s: how long to wait for an answer.
    """

    def __init__(
        self,
        host: str,
        port: int,
        codec: Codec,
        timeout_s: float,
        greeting: Callable[[], Message | None],
        tls: Tls | None = None,
    ) -> None:
        self._address = (host, port)
        self._tls = tls
        self._codec = codec
        self._frame = codec.dialect.frame
        self._timeout_s = timeout_s
        self._greeting = greeting
        self._connection: Connection | None = None

    def deliver(self, request: Message) -> Delivery:
        """Send a request and wait for its answer; ignore late answers to others.

        An interrupt ends the wait: before the request was sent, the result is :class:`Unsent`, after it
        :class:`Unanswered`.
        """
        try:
            encoded = encode_frame(self._frame, self._codec.encode(request))
            connection = self._ready()
        except (UnreachableError, EncodeError) as error:
            return Unsent(_reason(error))
        except KeyboardInterrupt:
            self.close()
            return Unsent(Phrase("interrupted before it left"))
        try:
            return self._exchange(connection, request, encoded)
        except PeerClosedError as closed:
            self.close()
            return Unanswered(_reason(closed))
        except KeyboardInterrupt:
            self.close()
            return Unanswered(Phrase("the waiting was interrupted"))

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ready(self) -> Connection:
        """Return a connection that is open, as far as this is known without sending."""
        if self._connection is not None:
            try:
                self._acknowledge_all(self._connection)
            except PeerClosedError:
                self.close()
        return self._connection or self._connect()

    def _connect(self) -> Connection:
        connection = Connection(*self._address, self._frame, CONNECT_TIMEOUT_S, self._tls)
        self._connection = connection
        greeting = self._greeting()
        if greeting is not None:
            try:
                self._exchange(connection, greeting, encode_frame(self._frame, self._codec.encode(greeting)))
            except PeerClosedError as closed:
                self.close()
                raise UnreachableError(_reason(closed)) from None
        return connection

    def _exchange(self, connection: Connection, request: Message, encoded: bytes) -> Delivery:
        connection.send(encoded, self._timeout_s)
        deadline = time.monotonic() + self._timeout_s
        while (left := deadline - time.monotonic()) > 0:
            frame = connection.receive(left)
            if frame is None:
                break
            try:
                message = self._codec.decode(frame.message)
            except DecodeError as error:
                if _for_another(error, request):
                    continue
                return Unanswered(f"the answer cannot be read: {error}")
            if message.mti[2] in _REQUEST_DIGITS:
                self._acknowledge(connection, message, frame)
            elif STAN in message.elements and answers(request, message):
                return Answered(message)
        seconds = f"{self._timeout_s:g}"
        return Unanswered(Phrase("none within {seconds} s", seconds=seconds))

    def _acknowledge_all(self, connection: Connection) -> None:
        """Answer the platform's own requests in the meantime, and ignore late answers."""
        for frame in connection.arrived():
            try:
                message = self._codec.decode(frame.message)
            except DecodeError:
                continue
            if message.mti[2] in _REQUEST_DIGITS:
                self._acknowledge(connection, message, frame)

    def _acknowledge(self, connection: Connection, request: Message, frame: Frame) -> None:
        """Approve the platform's request: a cutover notice, an echo test."""
        approved = {39: self._codec.dialect.response_codes[ResponseCode.APPROVED]}
        reply = Message(f"{request.mti[:2]}10", dict(sorted({**request.elements, **approved}.items())))
        encoded = encode_frame(self._frame, self._codec.encode(reply), self._frame.reply_header(frame.header))
        connection.send(encoded, self._timeout_s)


def _for_another(error: DecodeError, request: Message) -> bool:
    """Whether an unreadable message is known to answer another request."""
    return error.mti is not None and not answers(request, Message(error.mti, error.elements))


def _reason(error: Exception) -> str:
    """Return what an error says, as a phrase if it is one: the teller reads it in his language."""
    said = error.args[0] if error.args else ""
    return said if isinstance(said, Phrase) else str(error)
