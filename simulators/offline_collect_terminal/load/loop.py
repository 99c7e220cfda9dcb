"""The closed loop over all connections, by selectors.

Twisted is not used here. With the same protocol on its transports, a message costs the same processor time
when the connections are full. It costs half as much again with one request in flight (some 180 µs instead of
120), which is where latencies are compared. This loop also controls when the clock is read.
"""

from __future__ import annotations

import datetime as dt
import selectors
import time
from collections.abc import Callable, Iterator
from itertools import chain

from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.frame.frames import encode_frame
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.errors import LoadError
from offline_collect_terminal.load.bills import Bill
from offline_collect_terminal.load.channel import Channel, Shared, make_stamp
from offline_collect_terminal.load.composed_requests import ComposedRequests, is_patchable
from offline_collect_terminal.load.pace import EVERY_NS, Pace
from offline_collect_terminal.load.patched_frames import Digits, Sender
from offline_collect_terminal.load.schedule import Turns
from offline_collect_terminal.load.settings import STEPS, LoadSettings
from offline_collect_terminal.load.tally import Figures, Tally, figures_of
from offline_collect_terminal.load.verify import Samples
from offline_collect_terminal.wire.connection import Connection, PeerClosedError

TICK_S = 0.05
PROBLEMS_MAX = 5
IN_ONE_WRITE = 16
"""The most messages of an open loop that are due together and go to one connection. A closed loop writes as many at
once when a batch is answered: each alone would cost both sides more than it does there."""

Progress = Callable[[Tally, float], None]
"""Receives at intervals the counts, and the seconds since measuring began (negative in the warm-up)."""


class Load:
    """One load, from connecting to its figures.

    Args:
        bills: the bills, in order.
        by_input: look up by the form's first input instead of by bill number.
        progress: called about every :data:`TICK_S` seconds.
    """

    def __init__(
        self,
        settings: LoadSettings,
        codec: Codec,
        bills: Iterator[Bill],
        progress: Progress,
        *,
        by_input: bool = False,
    ) -> None:
        self.tally = Tally()
        self._settings = settings
        self._codec = codec
        self._progress = progress
        self._by_input = by_input
        self._samples = Samples()
        self._composed, bills = self._composing(bills)
        digits = Digits(codec.dialect)
        self._turns = Turns(STEPS[settings.kind], bills, digits, codec.dialect.charset)
        self._pace = None if settings.rate is None else Pace(settings.rate)
        closed_loop = settings.rate is None
        self._shared = Shared(
            codec, self._turns, self.tally, self._samples, closed_loop=closed_loop, composed=self._composed
        )
        self._channels: list[Channel] = []
        self._selector = selectors.DefaultSelector()
        self._second = -1
        self._lost = 0
        self._held_back = 0
        self._turn = 0
        self._stopped = False

    def _composing(self, bills: Iterator[Bill]) -> tuple[ComposedRequests | None, Iterator[Bill]]:
        """Return what composes requests, if they cannot be patched, once it has composed all for the first bill.

        Raises:
            LoadError: the dialect cannot say one of them; nothing is sent then.
        """
        settings = self._settings
        if is_patchable(self._codec.dialect):
            return None, bills
        composed = ComposedRequests(self._codec, settings.timezone, lambda: dt.datetime.now(dt.UTC))
        sender = self._sender(1)
        composed.sign_on(sender)
        first = next(bills, None)
        if first is None:
            return composed, bills
        for kind in STEPS[settings.kind]:
            composed.request(kind, sender, first, 1)
        return composed, chain([first], bills)

    def _sender(self, number: int) -> Sender:
        settings = self._settings
        terminal = settings.terminal.format(number)
        return Sender(settings.institution, terminal, self._by_input, settings.currency)

    def stop(self) -> None:
        """End the load early: send nothing more, but wait for requests in flight."""
        self._stopped = True

    def run(self) -> Figures:
        """Put the load on the platform until count, duration or bills are used up, and wait for the rest.

        Raises:
            LoadError: the platform refuses the sign-on or sends unreadable data.
            UnreachableError: the platform does not listen.
        """
        try:
            for number in range(1, self._settings.connections + 1):
                self._open(number)
            self._loop()
        finally:
            for channel in self._channels:
                channel.close()
            self._selector.close()
        found = self._samples.problems(self._codec)
        self.tally.problems += found[:PROBLEMS_MAX]
        if len(found) > PROBLEMS_MAX:
            self.tally.problems.append(f"{len(found) - PROBLEMS_MAX} more answers are wrong likewise")
        settings, kept = self._settings, len(self._samples.kept)
        return figures_of(self.tally, settings.connections, settings.in_flight, kept)

    def _open(self, number: int) -> None:
        settings = self._settings
        senders = [self._sender(each) for each in settings.terminals_of(number)]
        frame = self._codec.dialect.frame
        connection = Connection(settings.host, settings.port, frame, settings.connect_s, settings.tls)
        try:
            composed = None if self._composed is None else self._composed.sign_on(senders[0]).stream
            sign_on(connection, self._codec, settings, composed)
        except LoadError:
            connection.close()
            raise
        channel = Channel(connection.release(), senders, self._shared, settings.start_at - 1)
        self._channels.append(channel)
        self._selector.register(channel.socket, selectors.EVENT_READ, channel)

    def _loop(self) -> None:
        settings, tally = self._settings, self.tally
        began_s = time.monotonic()
        self._stamp()
        if not settings.warmup_s:
            self._measure()
        self._start()
        answered, moved_s, ticked_s = 0, began_s, began_s
        while self._outstanding or (self._pace is not None and self._turns.more):
            self._serve()
            self._send_due()
            now_s = time.monotonic()
            if tally.answered != answered:
                answered, moved_s = tally.answered, now_s
            elif now_s - moved_s > settings.stall_s:
                tally.problems.append(f"no answer for {settings.stall_s:g} s")
                break
            if now_s - ticked_s >= TICK_S:
                ticked_s = now_s
                self._tick(now_s - began_s - settings.warmup_s)
        if self._outstanding:
            tally.problems.append(f"{self._outstanding} requests were never answered")
        if self._held_back:
            tally.problems.append(
                f"{self._held_back} requests were due but not sent: too many were unanswered"
            )

    def _start(self) -> None:
        """Send each slot's first message; an open loop begins its pace."""
        if self._pace is not None:
            self._pace.begin(time.monotonic_ns())
            return
        for channel in self._channels:
            channel.start(self._settings.in_flight)
            self._watch(channel)

    def _send_due(self) -> None:
        """Send the due messages of an open loop, some to each connection in turn."""
        if self._pace is None or not self._channels:
            return
        due_ns = self._pace.due(time.monotonic_ns()) if self._turns.more else []
        writes = -(-len(due_ns) // IN_ONE_WRITE)
        for nth in range(writes):
            channel = self._channels[self._turn % len(self._channels)]
            self._turn += 1
            self._held_back += channel.send_due(due_ns[nth::writes], self._settings.in_flight)
            self._watch(channel)

    @property
    def _outstanding(self) -> int:
        return self.tally.sent - self.tally.answered - self._lost

    def _serve(self) -> None:
        """Let every ready connection read and write."""
        for key, events in self._selector.select(TICK_S if self._pace is None else EVERY_NS / 1e9):
            channel: Channel = key.data
            if events & selectors.EVENT_WRITE:
                channel.write()
            if events & selectors.EVENT_READ and not channel.read():
                self._lose(channel)
            else:
                self._watch(channel)

    def _watch(self, channel: Channel) -> None:
        """Watch for room in the socket, only while data waits for it."""
        if self._settings.half_close:
            channel.half_close()
        unsent = bool(channel.unsent)
        if unsent != channel.watched:
            channel.watched = unsent
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if unsent else 0)
            self._selector.modify(channel.socket, events, channel)

    def _lose(self, channel: Channel) -> None:
        self._selector.unregister(channel.socket)
        self._channels.remove(channel)
        channel.close()
        lost = len(channel.waiting)
        self._lost += lost
        if channel.half_closed and not lost:
            return
        if len(self.tally.problems) < PROBLEMS_MAX:
            self.tally.problems.append(f"the platform closed a connection with {lost} requests in flight")

    def _tick(self, measured_s: float) -> None:
        """Do the periodic work."""
        self._stamp()
        tally, duration_s = self.tally, self._settings.duration_s
        if measured_s >= 0 and not tally.began_ns:
            self._measure()
        if self._stopped or (duration_s is not None and measured_s >= duration_s):
            self._end()
        self._progress(tally, measured_s)

    def _measure(self) -> None:
        self.tally.begin(self._turns.steps, time.monotonic_ns())
        if self._settings.count is not None:
            self._turns.budget = max(0, self._settings.count - self._outstanding)

    def _end(self) -> None:
        """Send nothing more; in a closed loop by duration, also count nothing more."""
        self._turns.stop()
        if self._settings.count is None and self._pace is None:
            self.tally.measuring = False

    def _stamp(self) -> None:
        """Put the time on the messages, once a second."""
        now_s = time.time()
        if int(now_s) == self._second:
            return
        self._second = int(now_s)
        stamp = make_stamp(
            dt.datetime.fromtimestamp(now_s, dt.UTC),
            self._settings.timezone,
            self._shared.digits,
            transmission_local=self._codec.dialect.transmission_local,
        )
        for channel in self._channels:
            channel.stamp(stamp)


def sign_on(
    connection: Connection, codec: Codec, settings: LoadSettings, composed: bytes | None = None
) -> None:
    """Sign a connection on.

    Args:
        connection: the connection.
        codec: the dialect's.
        settings: the load's.
        composed: the whole frame, where the dialect says it in its own way.

    Raises:
        LoadError: the platform refuses, closes or does not answer.
    """
    dialect = codec.dialect
    frame_sent = _usual_sign_on(codec, settings) if composed is None else composed
    try:
        connection.send(frame_sent, settings.stall_s)
        frame = connection.receive(settings.stall_s)
        answer = codec.decode(frame.message).elements if frame else {}
    except (PeerClosedError, DecodeError) as error:
        raise LoadError(f"sign-on: {error}") from None
    if answer.get(39) != dialect.response_codes[ResponseCode.APPROVED]:
        reason = answer.get(63) or answer.get(44) or "no answer"
        raise LoadError(f"the platform refuses the sign-on of {settings.institution}: {reason}")


def _usual_sign_on(codec: Codec, settings: LoadSettings) -> bytes:
    dialect = codec.dialect
    stamp = f"{dt.datetime.now(settings.timezone if dialect.transmission_local else dt.UTC):%m%d%H%M%S}"
    code = next(code for name, code in dialect.network_codes.items() if name.name == "SIGN_ON")
    request = Message("0800", {7: stamp, 11: "000000", 32: settings.institution, 70: code})
    return encode_frame(dialect.frame, codec.encode(request))
