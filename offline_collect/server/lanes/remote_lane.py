"""One lane in another process, from the server's side (its other side: lane_socket)."""

from __future__ import annotations

import itertools
import logging
import socket
from collections import Counter
from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IReadWriteDescriptor
from twisted.python.failure import Failure
from zope.interface import implementer

from offline_collect.domain.ports import Observer
from offline_collect.engine import Delivery, Outcome, Work
from offline_collect.server.lanes.parcels import HandedIn, HandedOut, Unsealer, seal

_log = logging.getLogger(__name__)

SILENT_S = 5.0
"""How long a check may stay unanswered before commands are no longer submitted."""

_READ_AT_ONCE = 1 << 18


@implementer(IReadWriteDescriptor)
class RemoteLane:
    """Hands commands to a lane and takes its answers; everything on the reactor's thread.

    It writes to the socket itself, as soon as a connection has submitted its commands: through the reactor, a
    command and its lane would wait until all other sockets of this turn were read.

    Args:
        reactor: Twisted's.
        end: this process's end of the socket pair.
        observer: receives the lanes' observations.
        deliver: called with each batch's outcomes.
        ended: called once, after the last answer.

    Attributes:
        closing: whether the end was requested.
    """

    def __init__(
        self,
        reactor: Any,
        end: socket.socket,
        observer: Observer,
        deliver: Callable[[Delivery], None],
        ended: Callable[[RemoteLane], None],
    ) -> None:
        end.setblocking(False)
        self._reactor = reactor
        self._end = end
        self._observer = observer
        self._deliver = deliver
        self._tell_ended = ended
        self._open: dict[int, Work] = {}
        self._connections: Counter[int] = Counter()
        self._numbers = itertools.count()
        self._handed_in: list[HandedIn] = []
        self._unsent = bytearray()
        self._unsealer = Unsealer()
        # Each read into a new object of this size would map memory and give it back.
        self._received = memoryview(bytearray(_READ_AT_ONCE))
        self._ended = False
        self._checked_at: float | None = None
        self.closing = False

    def __len__(self) -> int:
        """How many commands are open, waiting or being decided."""
        return len(self._open)

    def has_of(self, connection: int) -> bool:
        """Whether a command of this connection is open."""
        return self._connections[connection] > 0

    def put(self, work: Work) -> None:
        """Take a command; the next flush sends it."""
        self._handed_in.append(self._opened(work))

    def check(self, check: Work) -> None:
        """Send a check to the lane immediately, also before commands that are kept."""
        self._send(seal([self._opened(check)]))
        self._checked_at = check.queued_at

    def _opened(self, work: Work) -> HandedIn:
        number = next(self._numbers)
        self._open[number] = work
        self._connections[work.origin.connection] += 1
        return number, work.command, work.deadline, work.queued_at, work.origin

    @property
    def is_asked(self) -> bool:
        """Whether a check was sent and nothing has been received since."""
        return self._checked_at is not None

    def is_silent(self, now: float) -> bool:
        """Whether a check is unanswered for so long that the lanes' process must be stopped or frozen."""
        return self._checked_at is not None and now - self._checked_at >= SILENT_S

    def flush(self) -> None:
        """Send the commands that were put."""
        if self._handed_in:
            handed_in, self._handed_in = self._handed_in, []
            self._send(seal(handed_in))

    def close(self) -> None:
        """Signal that no more commands follow; the commands that were put are still answered."""
        self.flush()
        self.closing = True
        if not self._unsent:
            self._say_no_more()

    def fileno(self) -> int:
        """See Twisted's IFileDescriptor."""
        return self._end.fileno()

    def logPrefix(self) -> str:
        """See Twisted's ILoggingContext."""
        return "lanes"

    def doRead(self) -> None:
        """Take answers; Twisted's IReadDescriptor."""
        try:
            length = self._end.recv_into(self._received)
        except BlockingIOError:
            return
        except OSError:
            length = 0
        for handed_out in self._unsealer.feed(self._received[:length]):
            self._take(handed_out)
        if not length:
            self._finish()

    def doWrite(self) -> None:
        """Send the bytes for which the socket had no room; Twisted's IWriteDescriptor."""
        unsent, self._unsent = self._unsent, bytearray()
        self._send(unsent)
        if not self._unsent:
            self._reactor.removeWriter(self)
            if self.closing:
                self._say_no_more()

    def connectionLost(self, reason: Failure) -> None:  # noqa: ARG002 - Twisted's hook
        """End; the reactor calls it when the descriptor fails, and at the reactor's own end."""
        self.closing |= not self._reactor.running
        self._finish()

    def _send(self, data: bytes | bytearray) -> None:
        sent = 0
        if not self._unsent:
            try:
                sent = self._end.send(data)
            except BlockingIOError:
                pass
            except OSError:
                # Reading detects it too, after the last answers.
                return
        if sent < len(data):
            self._unsent += data[sent:]
            self._reactor.addWriter(self)

    def _take(self, handed_out: HandedOut) -> None:
        answers, open_day, told = handed_out
        if answers:
            # Any answer shows that the process lives.
            self._checked_at = None
            outcomes = [Outcome(self._close(number), answer) for number, answer in answers]
            self._deliver(Delivery(outcomes, open_day))
        # After the answers, which do not wait for it.
        for call, arguments in told:
            getattr(self._observer, call)(*arguments)

    def _close(self, number: int) -> Work:
        work = self._open.pop(number)
        connection = work.origin.connection
        self._connections[connection] -= 1
        if not self._connections[connection]:
            del self._connections[connection]
        return work

    def _say_no_more(self) -> None:
        try:
            self._end.shutdown(socket.SHUT_WR)
        except OSError:
            _log.debug("the lanes' process has ended before it was asked to")

    def _finish(self) -> None:
        """Close this end; the outcome of the still open commands is unknown."""
        if self._ended:
            return
        self._ended = True
        self._reactor.removeReader(self)
        self._reactor.removeWriter(self)
        self._end.close()
        # First: connections that learn about their unanswered requests continue with others.
        self._tell_ended(self)
        unanswered, self._open = list(self._open.values()), {}
        if unanswered:
            self._deliver(Delivery([Outcome(work, None) for work in unanswered], None))
