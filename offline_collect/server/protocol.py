"""One connection of a front-end processor: frames in, commands to the engine, answers out in batches."""

from __future__ import annotations

import datetime as dt
import logging
from collections import deque
from typing import TYPE_CHECKING, Any

from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IHalfCloseableProtocol, IPushProducer
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from offline_collect.domain.answers import Answer
from offline_collect.domain.values import value
from offline_collect.server.ending import Ending, was_refused
from offline_collect.server.stages import StageTimer
from offline_collect.server.timeouts import Overdue, Timeouts
from offline_collect.server.translator import Request
from offline_collect.wire.errors import FrameError
from offline_collect.wire.frames import Frame, FrameDecoder

if TYPE_CHECKING:
    from offline_collect.server.link import Link

_log = logging.getLogger(__name__)


@value
class Pending:
    """A request that the engine has: the token that comes back with its answer."""

    connection: Connection
    request: Request
    received: float


@implementer(IPushProducer, IHalfCloseableProtocol)
class Connection(Protocol):
    """Speaks one link's dialect over one socket.

    It reads only while it may: not past ``in_flight_max`` open requests, not while the engine's queue is
    full, not while the peer does not read its answers, not while draining. TCP then pushes back.

    A peer may close its own direction first (a half-close): what it has sent is answered before the rest is
    closed. TLS will have no such thing: there the end of one direction is the end of both.

    Attributes:
        peer: its address.
        in_flight: requests that the engine has.
        last_heard: monotonic seconds of the last byte received.
    """

    transport: Any
    """Twisted's TCP transport; its interfaces leave half of it out."""

    def __init__(self, link: Link, peer: str) -> None:
        self._link = link
        self.peer = peer
        self._frames = FrameDecoder(link.translator.frame_format)
        self._session = link.session(peer)
        self._received: deque[tuple[Frame, float, dt.datetime]] = deque()
        self._stalled: tuple[Request, float] | None = None
        self._decoding = StageTimer("decode", link.clock)
        self._encoding = StageTimer("encode", link.clock)
        self._outgoing: list[bytes] = []
        self._peer_reads = True
        self._draining = False
        self._deaf = False
        self._reading = True
        self._open = False
        self._ending = Ending(link.settings.name, peer, link.observer)
        self.in_flight = 0
        self.last_heard = link.clock.monotonic()
        self._timeouts = Timeouts(
            link.settings.frame_timeout_s, link.settings.sign_on_timeout_s, self.last_heard
        )

    def connectionMade(self) -> None:
        """Take the connection up."""
        self._open = True
        self.transport.setTcpNoDelay(True)
        self.transport.setTcpKeepAlive(True)
        self.transport.registerProducer(self, True)
        self._link.opened(self)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Forget the connection; what the engine has of it is still decided."""
        self._end_stream()
        if reason.check(ConnectionDone) is None:
            self._ending.lost()
        self._open = False
        self._session.end()
        self._received.clear()
        self._stalled = None
        if not self.in_flight:
            self._ending.tell()
        self._link.closed(self)

    def dataReceived(self, data: bytes) -> None:
        """Cut bytes into frames and handle as many as may be in flight."""
        if self._deaf:
            return
        clock = self._link.clock
        self.last_heard = clock.monotonic()
        now = clock.now()
        try:
            frames = self._frames.feed(data)
        except FrameError as error:
            _log.warning("link %s, %s: %s; closing", self._link.settings.name, self.peer, error)
            self._link.observer.unanswered(self._link.settings.name, "frame")
            # What came whole before it came in order, however TCP has cut the stream.
            self._deaf, frames = True, list(error.frames)
        self._timeouts.fed(self.last_heard, self._frames.completed, begun=self._frames.missing > 0)
        self._received.extend((frame, self.last_heard, now) for frame in frames)
        self.pump()

    def readConnectionLost(self) -> None:
        """The peer will send nothing more: answer what it has sent, then close.

        It may also have gone altogether; only an answer that it does not take can show that.
        """
        self._end_stream()
        self._deaf = True
        self.pump()

    def _end_stream(self) -> None:
        self._ending.stream_ended(None if self._deaf else self._frames)

    def writeConnectionLost(self) -> None:
        """Our own direction is closed too, after the last answer."""
        self._ending.shut(self._link.clock.monotonic())

    def pump(self) -> None:
        """Handle received frames while there is room; then read on, or stop reading."""
        if self._stalled is not None:
            stalled, self._stalled = self._stalled, None
            self._submit(*stalled)
        while self._received and self._may_handle:
            self._handle(*self._received.popleft())
        self._link.lanes.flush()
        self.flush()
        self._read(on=self._may_handle and not self._draining and not self._deaf)
        if self._deaf and self.idle:
            self._leave()

    @property
    def _may_handle(self) -> bool:
        return (
            self._stalled is None and self._peer_reads and self.in_flight < self._link.settings.in_flight_max
        )

    def _handle(self, frame: Frame, received: float, now: dt.datetime) -> None:
        request = self._decoding.timed(self._link.translator.read, frame, now, self._link.open_day)
        if request.redated:
            self._link.redated(now)
        answer = request.answer
        if answer is None and request.command is not None:
            answer = self._session.answer(request.command) or self._link.lanes.refusal(request.command)
        if answer is not None:
            self._reply(request, answer, received)
        elif request.command is not None:
            self._submit(request, received)
        else:
            self._link.observer.unanswered(self._link.settings.name, request.name)

    def _submit(self, request: Request, received: float) -> None:
        deadline = received + self._link.settings.request_timeout_ms / 1000
        assert request.command is not None
        if self._link.lanes.submit(request.command, deadline, Pending(self, request, received)):
            self.in_flight += 1
        else:
            self._stalled = (request, received)
            self._link.stalled(self)

    def answer(self, pending: Pending, answer: Answer | None) -> None:
        """Take an answer back from the engine; it goes out with the next :meth:`flush`.

        Args:
            answer: None when nothing may be said.
        """
        self.in_flight -= 1
        if answer is None:
            self._link.observer.unanswered(self._link.settings.name, "unproved")
        elif not self._open:
            self._ending.gone()
        else:
            self._reply(pending.request, answer, pending.received)
        if not self._open and not self.in_flight:
            self._ending.tell()

    def _reply(self, request: Request, answer: Answer, received: float) -> None:
        try:
            frame = self._encoding.timed(self._link.translator.write, request, answer, self._link.open_day)
        except Exception:  # noqa: BLE001 - its fellows in the batch must still get their answers
            _log.exception("link %s: an answer to %s failed", self._link.settings.name, request.name)
            self._link.observer.unanswered(self._link.settings.name, "fault")
            return
        self._outgoing.append(frame)
        seconds = self._link.clock.monotonic() - received
        self._link.observer.answered(self._link.settings.name, request.name, answer.code, seconds)

    def flush(self) -> None:
        """Write what was answered, in one go."""
        if self._outgoing:
            outgoing, self._outgoing = self._outgoing, []
            self._ending.wrote(len(outgoing))
            self.transport.write(b"".join(outgoing))
        self._decoding.tell(self._link.observer)
        self._encoding.tell(self._link.observer)

    def drain(self) -> None:
        """Read nothing more; what was taken is still answered."""
        self._draining = True
        self._read(on=False)

    @property
    def idle(self) -> bool:
        """Whether nothing that was taken waits for its answer."""
        return not self.in_flight and not self._received and self._stalled is None

    def close(self) -> None:
        """Flush and close."""
        self._end()
        if self._ending.late and was_refused(self.transport):
            self._ending.lost()
        self.transport.loseConnection()

    def _leave(self) -> None:
        """Close, at once unless late answers may still be refused: then :meth:`close_left` does."""
        if not self._ending.late:
            self.close()
        elif self._open:
            self._end()
            self.transport.loseWriteConnection()

    def close_left(self) -> None:
        """Close when answers that were written after the peer's end have had time to be refused."""
        if self._ending.is_over(self._link.clock.monotonic()):
            self.close()

    def finish(self) -> None:
        """Flush and say that nothing more will come; :meth:`close` when the peer has had time to see it.

        What it still sends is read and thrown away: a socket that is closed over unread bytes is reset, and a
        reset may take the last answers with it.
        """
        if self._open:
            self._end()
            self.transport.resumeProducing()
            self.transport.loseWriteConnection()

    def _end(self) -> None:
        if not self._open:
            return
        self.flush()
        self._open = False
        self._deaf = True
        self._session.end()
        self._received.clear()
        self.transport.unregisterProducer()

    @property
    def listens(self) -> bool:
        """Whether more may come: neither side has ended its stream."""
        return self._open and not self._deaf

    def overdue(self) -> Overdue | None:
        """Return what the peer has not done in time."""
        if not self.listens:
            return None
        now, signed_on = self._link.clock.monotonic(), self._session.signed_on
        return self._timeouts.overdue(now, reading=self._reading, signed_on=signed_on)

    def hang_up(self) -> None:
        """Read nothing more, answer what was taken, and close."""
        self._deaf = True
        self.pump()

    def abort(self) -> None:
        """Close at once."""
        self.transport.abortConnection()

    def _read(self, *, on: bool) -> None:
        if on == self._reading or not self._open:
            return
        self._reading = on
        if on:
            self._timeouts.resumed(self._link.clock.monotonic())
            self.transport.resumeProducing()
        else:
            self.transport.pauseProducing()

    def pauseProducing(self) -> None:
        """The peer does not read its answers: take no more requests of it."""
        self._peer_reads = False
        self._read(on=False)

    def resumeProducing(self) -> None:
        """The peer reads again."""
        self._peer_reads = True
        self.pump()

    def stopProducing(self) -> None:
        """The transport is gone."""
        self._peer_reads = False
