"""One connection of a front-end processor: its stream, from the first byte to the end of both directions."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING

from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IHalfCloseableProtocol, IHandshakeListener, IPushProducer
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from offline_collect.server.connections.arrival import Arrivals
from offline_collect.server.connections.ending import was_refused
from offline_collect.server.connections.exchange import Exchange
from offline_collect.server.connections.handshake import Handshake
from offline_collect.server.connections.inbox import Received
from offline_collect.server.connections.receive_buffer import fix_receive_buffer, held_bytes, socket_of
from offline_collect.server.connections.strangers import Opening
from offline_collect.server.connections.timeouts import Overdue, Timeouts
from offline_collect.wire.errors import FrameError
from offline_collect.wire.frame.frame import Frame
from offline_collect.wire.frame.frames import FrameDecoder

if TYPE_CHECKING:
    from offline_collect.server.link import Link

_log = logging.getLogger(__name__)

READ_ON_AFTER = 0.125
"""A connection that is behind for this part of its deadline is read again, regardless of its open requests."""

EMPTY_S = 0.001
"""If a socket is empty and has received nothing for so long, its peer waits for answers."""


@implementer(IPushProducer, IHalfCloseableProtocol, IHandshakeListener)
class Connection(Exchange, Protocol):
    """Speaks one link's dialect over one socket.

    It stops reading at ``in_flight_max`` open requests, at its share while too many frames wait in total, while
    the peer does not read its answers, and while draining. TCP then pushes back. Frames that it has read wait
    undecoded until the dispatcher gives it a turn.

    A peer may close its own direction first (a half-close): its requests are answered before the rest is closed.
    TLS has no half-close: the end of one direction is the end of both.

    Attributes:
        last_heard: monotonic seconds of the last byte received.
    """

    def __init__(self, link: Link, peer: str) -> None:
        super().__init__(link, peer)
        self._frames = FrameDecoder(link.translator.frame_format)
        self._opening = Opening(link.translator.frame_format)
        self._arrivals = Arrivals(link.settings.receive_buffer_bytes)
        self._draining = False
        self._deaf = False
        self._reading = True
        self.last_heard = link.clock.monotonic()
        self._handshake = None if link.credentials is None else Handshake(link, peer)
        self._timeouts = Timeouts(
            link.settings.frame_timeout_s,
            link.settings.sign_on_timeout_s,
            self.last_heard,
            shakes_hands=self._handshake is not None,
        )

    def connectionMade(self) -> None:
        """Start the connection."""
        self._open = True
        self.transport.setTcpNoDelay(True)
        self.transport.setTcpKeepAlive(True)
        self.transport.registerProducer(self, True)
        if self._link.settings.connect is not None and (handle := socket_of(self.transport)) is not None:
            fix_receive_buffer(handle, self._link.settings.receive_buffer_bytes)
        self._link.opened(self)

    def handshakeCompleted(self) -> None:
        """Restrict the peer to the institutions of its certificate, if the link requires one.

        A partner that the platform connects to must be the one that is configured.
        """
        assert self._handshake is not None
        self._timeouts.shaken_hands()
        institutions = self._handshake.completed(self.transport)
        self._session.certify(institutions)
        if self._link.settings.connect is not None and institutions == frozenset():
            self.abort()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Drop the connection; its requests in the engine are still decided."""
        if self._handshake is not None:
            self._handshake.lost(reason)
        self._end_stream()
        if reason.check(ConnectionDone) is None:
            self._ending.lost()
        self._open = False
        self._session.end()
        self._forget()
        for _ in self._unwritten:
            self._ending.gone()
        self._unwritten.clear()
        if not self.in_flight:
            self._ending.tell()
        self._link.closed(self)

    def _forget(self) -> None:
        """Drop all waiting frames."""
        self.inbox.clear()
        self._stalled = None
        self._link.dispatcher.forget(self)

    def dataReceived(self, data: bytes) -> None:
        """Cut bytes into frames, and handle as many as this connection's turns allow."""
        if self._deaf:
            return
        self._opening.take(data)
        clock, dispatcher = self._link.clock, self._link.dispatcher
        self.last_heard = clock.monotonic()
        now = clock.now()
        for piece, arrived in self._arrivals.split(data, dispatcher.turns.read_after()):
            self._take([Received(frame, arrived, now) for frame in self._cut(piece)], arrived)
            self._timeouts.fed(self.last_heard, self._frames.completed, begun=self._frames.missing > 0)
        dispatcher.came(self)

    def _cut(self, data: bytes) -> list[Frame]:
        """Return the frames that are complete now; reading ends after a broken one."""
        if self._deaf:
            return []
        try:
            return self._frames.feed(data)
        except FrameError as error:
            why = self._opening.hint(self._frames)
            _log.warning("link %s, %s: %s%s; closing", self._link.settings.name, self.peer, error, why)
            self._link.observer.unanswered(self._link.settings.name, "frame")
            # Complete frames before the broken one are still handled, however TCP has split the stream.
            self._deaf = True
            return list(error.frames)

    def _take(self, received: list[Received], arrived: float) -> None:
        reachable = self._link.dispatcher.reachable_of(self, len(received), arrived + self._timeout_s)
        self.inbox.put(received, reachable)

    def readConnectionLost(self) -> None:
        """Answer the remaining requests, then close, since the peer will send nothing more.

        It may also be gone completely; only an undelivered answer can show that.
        """
        self._end_stream()
        self._deaf = True
        self.pump()

    def _end_stream(self) -> None:
        self._ending.stream_ended(None if self._deaf else self._frames, self._opening)

    def writeConnectionLost(self) -> None:
        """Record that our own direction is closed too, after the last answer."""
        self._ending.shut(self._link.clock.monotonic())

    def end_turn(self) -> None:
        """Write pending answers; then continue or stop reading."""
        self.flush()
        if self._arrivals.behind and self._reading and self._nothing_held:
            self._arrivals.caught_up()
        self._read(on=self._may_read)
        if self._deaf and self.idle:
            self._leave()

    @property
    def _may_read(self) -> bool:
        if not self._peer_reads or self._draining or self._deaf:
            return False
        unanswered = self.in_flight + len(self.inbox) + (self._stalled is not None)
        if unanswered < self._link.settings.in_flight_max and self._link.dispatcher.may_read(self):
            return True
        # Frames waiting at the sender are invisible: they are read, and refused if they cannot be handled in time.
        return self._stays_behind and not self._is_full_of_hopeless

    @property
    def overflows(self) -> bool:
        """Whether it is not read because of its hopeless frames, while more wait at the sender."""
        return self._is_full_of_hopeless and self._stays_behind

    @property
    def _is_full_of_hopeless(self) -> bool:
        return len(self.inbox.hopeless) >= self._link.settings.in_flight_max

    @property
    def _stays_behind(self) -> bool:
        behind_s = self._arrivals.behind_for(self._link.clock.monotonic())
        return behind_s >= self._timeout_s * READ_ON_AFTER

    @property
    def _nothing_held(self) -> bool:
        silent_s = self._link.clock.monotonic() - self.last_heard
        return silent_s >= EMPTY_S and not held_bytes(self.transport)

    def drain(self) -> None:
        """Stop reading; accepted requests are still answered."""
        self._draining = True
        self._read(on=False)

    def close(self) -> None:
        """Flush and close."""
        self._end()
        if self._ending.late and was_refused(self.transport):
            self._ending.lost()
        self.transport.loseConnection()

    def _leave(self) -> None:
        """Close at once; if late answers may still be refused, leave it to :meth:`close_left`."""
        if not self._ending.late:
            self.close()
        elif self._open:
            self._end()
            self.transport.loseWriteConnection()

    def close_left(self) -> None:
        """Close once the peer has had time to refuse answers written after its end."""
        if self._ending.is_over(self._link.clock.monotonic()):
            self.close()

    def finish(self) -> None:
        """Flush and end our direction; call :meth:`close` once the peer has had time to see it.

        Further bytes are read and discarded: closing a socket with unread bytes resets it, and a reset may
        destroy the last answers.
        """
        if self._open:
            self._end()
            self.transport.resumeProducing()
            if self._handshake is None:
                self.transport.loseWriteConnection()
            else:
                self.transport.loseConnection()

    def _end(self) -> None:
        if not self._open:
            return
        while self._unwritten:
            self._write_one_held()
        self.refuse(len(self.inbox.hopeless), math.inf)
        self.flush()
        self._open = False
        self._deaf = True
        self._session.end()
        self._forget()
        self.transport.unregisterProducer()

    @property
    def listens(self) -> bool:
        """Whether more frames may arrive: neither side has ended its stream."""
        return self._open and not self._deaf

    @property
    def has_heard(self) -> bool:
        """Whether the peer has sent a complete message or keep-alive."""
        return self._frames.completed > 0

    @property
    def missing(self) -> str:
        """What the message that has begun lacks, in words for the log; '' between messages."""
        frames = self._frames
        if not frames.missing:
            return ""
        return f": {frames.missing} of {frames.begun} bytes missing{self._opening.hint(frames)}"

    def overdue(self) -> Overdue | None:
        """Return what the peer has failed to do in time."""
        if not self.listens:
            return None
        now, signed_on = self._link.clock.monotonic(), self._session.signed_on
        return self._timeouts.overdue(now, reading=self._reading, signed_on=signed_on)

    def hang_up(self) -> None:
        """Stop reading, answer accepted requests, and close."""
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
            self._arrivals.resumed(held_bytes(self.transport))
            self.transport.resumeProducing()
        else:
            self._arrivals.paused(self._link.clock.monotonic())
            self.transport.pauseProducing()

    def pauseProducing(self) -> None:
        """Accept no more requests while the peer does not read its answers."""
        self._peer_reads = False
        self._read(on=False)

    def resumeProducing(self) -> None:
        """Continue after the peer reads again."""
        self._peer_reads = True
        self._write_held()
        self.pump()
        self._link.dispatcher.run()

    def stopProducing(self) -> None:
        """Handle the loss of the transport."""
        self._peer_reads = False
