"""Takes frames in turn: by institution, then by connection, in one time slice for each turn of the reactor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from offline_collect.domain.commands import Command
from offline_collect.domain.ports import Clock
from offline_collect.engine import FairQueue, Origin
from offline_collect.server.lanes.lanes import Lanes
from offline_collect.server.observer import LinkObserver
from offline_collect.server.scheduling.load_estimate import CompletionRate, reachable, reachable_of
from offline_collect.server.scheduling.reactor_turns import ReactorTurns
from offline_collect.server.scheduling.refusals import Refusals
from offline_collect.server.scheduling.stages import StageTimer
from offline_collect.server.scheduling.waiting_frames import WaitingFrames

if TYPE_CHECKING:
    from offline_collect.server.connections.exchange import Exchange

SLICE_S = 0.01
"""How long frames are handled in one turn of the reactor before all sockets are checked again."""

CROWDED_SLICE_S = 0.003
"""The same while more frames wait than the lanes' next batches take: new frames are then read sooner.

It costs a tenth of the throughput, which a request that waits behind more than a batch does not notice.
"""

STARVED_SLICE_S = 0.006
"""The same while more frames wait, but the lanes have less than half of what they may hold."""

TOGETHER_S = 0.001
"""For how long of a turn's work commands are gathered for their lanes while sockets are read.

Each sending wakes a lane, and an idle lane makes a batch of what it gets. A single command is sent when all sockets that
were ready have been read, which is at once if it came alone.
"""

REFUSING_S = 0.001
"""How long frames are refused in one turn of the reactor."""


class Dispatcher:
    """Passes the waiting frames of all links' connections to the lanes, one frame of each in turn.

    Frames wait undecoded on their connections. The lanes take only enough for their next batch, so that the rest
    waits here, where it is taken in turn. Frames that are too late are refused first, all of a connection together.

    Attributes:
        turns: measures the reactor's turns.
        decoding, encoding: timers of these stages of all links' messages.

    Args:
        reactor: Twisted's.
        lanes: the receivers of commands.
        queue_max: how many frames may wait in total; beyond it a connection is read only while it has less than
        its share.
        always_queued: a number of frames ahead that never leads to a refusal, independently of the estimate.
    """

    def __init__(
        self,
        reactor: Any,
        lanes: Lanes,
        clock: Clock,
        observer: LinkObserver,
        *,
        queue_max: int,
        always_queued: int,
    ) -> None:
        self._lanes = lanes
        self._observer = observer
        self._queue_max = queue_max
        self._always_queued = always_queued
        self._reactor = reactor
        self._monotonic = clock.monotonic
        self._scheduled = False
        self._refusals = Refusals(clock.monotonic())
        self._ready: FairQueue[Exchange] = FairQueue()
        self._blocked: FairQueue[Exchange] = FairQueue()
        self._touched: dict[Exchange, None] = {}
        self._rate = CompletionRate()
        self._out = 0
        self._waiting = WaitingFrames()
        self._sent_at = 0.0
        self.turns = ReactorTurns(clock)
        self.turns.looked = self._send
        self.decoding = StageTimer("decode", clock)
        self.encoding = StageTimer("encode", clock)

    @property
    def lanes(self) -> Lanes:
        """The receivers of commands."""
        return self._lanes

    def may_read(self, connection: Exchange) -> bool:
        """Whether the number of all waiting frames allows reading more from a connection."""
        return self._waiting.may_have_more(connection, self._queue_max)

    def reachable_of(self, connection: Exchange, more: int, deadline: float) -> int:
        """How many of the frames from a connection can be handled before their deadline.

        None of them if so many already wait that the connection is only read to refuse its messages.
        """
        if not self.may_read(connection):
            return 0
        allowed = reachable(self._rate.per_second, deadline - self._monotonic()) - self._out
        allowed = max(allowed, self._always_queued)
        if self._waiting.total + more <= allowed:
            return more
        fellows, others = self._waiting.beside(connection)
        return reachable_of(more, connection.waiting, allowed, fellows, others)

    def offer(self, connection: Exchange) -> None:
        """Queue a connection while it has frames that may be handled."""
        self._waiting.count(connection)
        self._line_up(connection)

    def _line_up(self, connection: Exchange) -> None:
        if connection.may_handle:
            self._refusals.add(connection)
            if connection.has_next and connection not in self._blocked:
                self._ready.add(connection, connection.sender)

    def came(self, connection: Exchange) -> None:
        """Queue a connection whose frames have just been read, and continue.

        A connection's only request is handled at once, for up to a slice in each turn: it does not wait for the
        turns of connections with many.
        """
        self._touched[connection] = None
        lone = connection.in_flight == 0 and connection.waiting == 1 and connection.may_handle
        if lone and self.turns.spent < SLICE_S:
            began = self._monotonic()
            self._ready.remove(connection)
            self._handle_one(connection)
            self.turns.spent += self._monotonic() - began
            self._send_soon()
        self.offer(connection)
        if self.turns.spent < self._slice_s:
            self.run()
        else:
            # A run could do no more for this connection than the next one does, and costs as much as reading it.
            self._run_later()

    def forget(self, connection: Exchange) -> None:
        """Remove a connection from every queue."""
        for line in (self._ready, self._refusals, self._blocked):
            line.remove(connection)
        self._touched.pop(connection, None)
        self._waiting.count(connection)

    def run(self) -> None:
        """Handle frames in turn until no more can be handled, or this turn's time is used up."""
        self.turns.note_work()
        began = now = self._monotonic()
        until = began + self._slice_s - self.turns.spent
        if self._refusals:
            now = self._refuse(min(now + REFUSING_S, until))
        while now < until and self._ready:
            self._handle(self._ready.pop(), until)
            now = self._monotonic()
        self.turns.spent += now - began
        self._send_soon()
        self._end_turns()
        if self._ready or self._refusals:
            self._run_later()

    def _send_soon(self) -> None:
        """Send submitted commands to their lanes, together with those of the other sockets that are ready."""
        if not self.turns.looking or not 0 <= self.turns.spent - self._sent_at < TOGETHER_S:
            self._send()

    def _send(self) -> None:
        self._sent_at = self.turns.spent
        self._lanes.flush()

    def _run_later(self) -> None:
        """Have the reactor continue after it has called everybody in this turn."""
        if not self._scheduled:
            self._scheduled = True
            self._reactor.callLater(0, self._go_on)

    @property
    def _slice_s(self) -> float:
        if self._waiting.total <= self._always_queued:
            return SLICE_S
        return STARVED_SLICE_S if self._out < self._always_queued // 2 else CROWDED_SLICE_S

    def _go_on(self) -> None:
        """Continue with a new slice, after all sockets of this turn."""
        self._scheduled = False
        self.turns.spent = 0.0
        self.run()

    def _handle(self, connection: Exchange, until: float) -> None:
        """Handle a connection's next frame, and more of its frames while no other connection waits."""
        while self._handle_one(connection):
            alone = not self._ready and self._monotonic() < until
            if not (alone and connection.may_handle and connection.has_next):
                self._line_up(connection)
                return

    def _handle_one(self, connection: Exchange) -> bool:
        """Handle a connection's next frame; return whether its lane had room for it."""
        self._touched[connection] = None
        if connection.handle_next():
            return True
        self._blocked.add(connection, connection.sender)
        return False

    def _refuse(self, until: float) -> float:
        """Refuse frames of connections in turn, until ``until`` at most; return the time then (monotonic seconds)."""
        now = self._monotonic()
        while now < until and self._refusals:
            connection = self._refusals.refuse_next(until)
            self._touched[connection] = None
            self._line_up(connection)
            now = self._monotonic()
        return now

    def _end_turns(self) -> None:
        touched, self._touched = self._touched, {}
        for connection in touched:
            self._waiting.count(connection)
        for connection in touched:
            connection.end_turn()
        self.decoding.tell(self._observer)
        self.encoding.tell(self._observer)

    def submit(self, command: Command, deadline: float, token: object, origin: Origin) -> bool:
        """Submit a command; see :class:`offline_collect.server.lanes.lanes.Lanes`."""
        taken = self._lanes.submit(command, deadline, token, origin)
        self._out += taken
        return taken

    def delivered(self, commands: int, *, decided: bool) -> None:
        """Record that lanes have room again: frames for which they had no room go first, in turn.

        Args:
            commands: how many were answered.
            decided: whether a lane decided them instead of only refusing them.
        """
        self._out -= commands
        self._measure(commands if decided else 0)
        self._unblock()
        self.run()

    def _unblock(self) -> None:
        """Let connections that found their lane full try again: they have had no turn, so they come first."""
        line, self._blocked = self._blocked, FairQueue()
        while self._ready:
            connection = self._ready.pop()
            line.add(connection, connection.sender)
        self._ready = line

    def sweep(self) -> None:
        """Refuse frames past their deadline; called a few times a second."""
        self._measure(0)
        now = self._monotonic()
        for connection in self._waiting.connections():
            if connection.give_up_late(now):
                self._blocked.remove(connection)
                self.offer(connection)
            self._touched[connection] = None
        for connection in self._refusals.sweep(now):
            self._line_up(connection)
        # The lane for which they wait may be silent by now: then they are refused.
        self._unblock()
        self.run()

    def _measure(self, completed: int) -> None:
        self._rate.measure(self._monotonic(), completed, waits=self._waiting.total > 0)
        self._observer.waiting(self._waiting.total)
