"""One connection of a load: reads answers from the socket and writes the next requests."""

from __future__ import annotations

import datetime as dt
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle
from typing import NamedTuple

from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import FrameError
from offline_collect.wire.frame.frame import Frame
from offline_collect.wire.frame.frames import FrameDecoder, encode_frame
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.errors import LoadError
from offline_collect_terminal.load.answer_scanner import Scanner, Shape
from offline_collect_terminal.load.composed_requests import ComposedRequests
from offline_collect_terminal.load.patched_frames import Digits, EncodedBill, Sender, Template, make_template
from offline_collect_terminal.load.schedule import Turns
from offline_collect_terminal.load.settings import Kind
from offline_collect_terminal.load.tally import Tally
from offline_collect_terminal.load.verify import Samples
from offline_collect_terminal.wire.signing import SigningCodec
from offline_collect_terminal.wire.tls import WatchedTls

CHUNK_BYTES = 262_144
STAN_MAX = 999_999


class Waiting(NamedTuple):
    """A request without an answer yet; the message itself only where it was composed."""

    sent_ns: int
    step: int
    bill: EncodedBill
    sender: Sender
    asked: Message | None = None


class Stamp(NamedTuple):
    """The time on messages, which changes once a second."""

    transmission_time: bytes
    local_time: bytes
    local_date: bytes
    rrn_head: bytes


def make_stamp(now: dt.datetime, timezone: dt.tzinfo, digits: Digits, *, transmission_local: bool) -> Stamp:
    """Return DE 7, 12 and 13, and the head of DE 37, for ``now``."""
    local = now.astimezone(timezone)
    sent = local if transmission_local else now.astimezone(dt.UTC)
    return Stamp(
        digits.encode(f"{sent:%m%d%H%M%S}"),
        digits.encode(f"{local:%H%M%S}"),
        digits.encode(f"{local:%m%d}"),
        f"{local:%Y%j%H}"[3:].encode(),
    )


class Shared:
    """The data that all channels of a load share.

    Args:
        composed: composes the requests of dialects whose bytes cannot be patched; None for the others.
    """

    def __init__(
        self,
        codec: Codec,
        turns: Turns,
        tally: Tally,
        samples: Samples,
        *,
        closed_loop: bool = True,
        composed: ComposedRequests | None = None,
    ) -> None:
        self.closed_loop = closed_loop
        self.codec = codec
        self.turns = turns
        self.tally = tally
        self.samples = samples
        self.composed = composed
        self.scanner = Scanner(codec, keeps=composed is None)
        self.digits = Digits(codec.dialect)
        self.signing = codec if isinstance(codec, SigningCodec) else None


class Channel:
    """A connection with some requests in flight, matched to their answers by STAN.

    Args:
        connected: signed on, non-blocking; closed by :meth:`close`.
        senders: its terminals, which send in turn.
        first_stan: the number before the first STAN.
    """

    def __init__(
        self,
        connected: socket.socket | WatchedTls,
        senders: Sequence[Sender],
        shared: Shared,
        first_stan: int,
    ) -> None:
        self.socket = connected
        self.waiting: dict[bytes, Waiting] = {}
        self.unsent = bytearray()
        self.watched = False
        """Whether the loop waits for room in the socket."""
        self.half_closed = False
        self._senders = cycle(senders)
        self._shared = shared
        self._stan = first_stan % STAN_MAX
        self._decoder = FrameDecoder(shared.codec.dialect.frame)
        self._templates: dict[tuple[Kind, int], Template] = {}
        self._stamp: Stamp | None = None

    def stamp(self, stamp: Stamp) -> None:
        """Put the time on all requests from now on."""
        self._stamp = stamp
        for template in self._templates.values():
            _put_stamp(template, stamp)

    def start(self, slots: int) -> None:
        """Send the first request of each slot."""
        self._send_next([(0, None)] * slots)

    def send_due(self, due_ns: list[int], most: int) -> int:
        """Send new turns due at these times; return how many were held back by the limit ``most``."""
        room = max(most - len(self.waiting), 0)
        for due in due_ns[:room]:
            turn = self._shared.turns.next(0, None)
            if turn is not None:
                self._request(turn[0], turn[1], due)
        self.write()
        return len(due_ns[room:])

    def read(self) -> bool:
        """Read answers and send the next requests; False if the platform has closed.

        Raises:
            LoadError: the platform sent unreadable data, or an answer without a request.
        """
        try:
            chunk = self.socket.recv(CHUNK_BYTES)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not chunk:
            return False
        received_ns = time.monotonic_ns()
        try:
            frames = self._decoder.feed(chunk)
        except FrameError as error:
            raise LoadError(f"the platform sent no frame: {error.reason}") from None
        free = self._take(frames, received_ns)
        if self._shared.closed_loop:
            self._send_next(free)
        return True

    def write(self) -> None:
        """Write as much as the socket accepts; the rest waits for room."""
        if not self.unsent:
            return
        try:
            written = self.socket.send(self.unsent)
        except BlockingIOError:
            return
        except OSError:
            # The next read finds the connection closed, and reports it once.
            written = len(self.unsent)
        del self.unsent[:written]

    def half_close(self) -> None:
        """Close the sending direction if nothing more will be sent; answers still arrive."""
        if not self.half_closed and self._sends_no_more:
            self.half_closed = True
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)

    @property
    def _sends_no_more(self) -> bool:
        turns = self._shared.turns
        if self.unsent:
            return False
        last = len(turns.steps) - 1
        return turns.ended or (turns.exhausted and all(each.step == last for each in self.waiting.values()))

    def close(self) -> None:
        """Close the connection."""
        self.socket.close()

    def _take(self, frames: list[Frame], received_ns: int) -> list[tuple[int, EncodedBill | None]]:
        """Count answers; return the slots that become free."""
        scanner, tally, samples = self._shared.scanner, self._shared.tally, self._shared.samples
        shapes, head_size, waiting = scanner.shapes, scanner.head_size, self.waiting
        steps = self._shared.turns.steps
        free: list[tuple[int, EncodedBill | None]] = []
        for frame in frames:
            raw = frame.message
            shape = shapes.get(raw[:head_size]) or scanner.learn(raw)
            if not isinstance(shape, Shape):
                self._acknowledge(shape, frame)
                continue
            asked = waiting.pop(raw[shape.stan], None)
            if asked is None:
                raise LoadError("the platform answered a STAN that nothing waits for")
            tally.answered += 1
            kind = steps[asked.step]
            if tally.measuring:
                tally.count(kind, raw[shape.code], received_ns - asked.sent_ns, received_ns)
            if not tally.answered % samples.every:
                samples.keep(kind, asked.sender, asked.bill.bill, raw, asked.asked)
            free.append((asked.step, asked.bill))
        return free

    def _send_next(self, free: list[tuple[int, EncodedBill | None]]) -> None:
        """Give each free slot its next request, all in one write."""
        follows, now_ns = self._shared.turns.next, time.monotonic_ns()
        for step, bill in free:
            turn = follows(step, bill)
            # Without a new bill for this slot, another slot may still have a second message to send.
            if turn is not None:
                self._request(turn[0], turn[1], now_ns)
        self.write()

    def _request(self, step: int, bill: EncodedBill, now_ns: int) -> None:
        kind = self._shared.turns.steps[step]
        sender = next(self._senders)
        if self._shared.composed is not None:
            self._compose(self._shared.composed, kind, Waiting(now_ns, step, bill, sender))
            return
        template = self._templates.get((kind, len(bill.wanted))) or self._make(kind, sender, bill)
        self._stan = stan = self._stan % STAN_MAX + 1
        text = f"{stan:06d}"
        digits = self._shared.digits.encode(text)
        frame = template.frame
        frame[template.stan] = digits
        frame[template.wanted] = bill.wanted
        frame[template.merchant] = bill.merchant
        frame[template.terminal] = sender.terminal.encode().ljust(template.terminal_size)
        if template.amount is not None:
            frame[template.amount] = bill.amount
        if template.rrn_tail is not None:
            frame[template.rrn_tail] = text.encode()
        if self._shared.signing is not None:
            self._shared.signing.sign(frame, template.message_at)
        self.unsent += frame
        self.waiting[digits] = Waiting(now_ns, step, bill, sender)
        self._shared.tally.sent += 1

    def _compose(self, composed: ComposedRequests, kind: Kind, waiting: Waiting) -> None:
        """Send a request that is composed anew."""
        self._stan = self._stan % STAN_MAX + 1
        request = composed.request(kind, waiting.sender, waiting.bill.bill, self._stan)
        self.unsent += request.stream
        self.waiting[self._shared.digits.encode(f"{self._stan:06d}")] = waiting._replace(
            asked=request.message
        )
        self._shared.tally.sent += 1

    def _make(self, kind: Kind, sender: Sender, bill: EncodedBill) -> Template:
        template = make_template(self._shared.codec, kind, sender, bill.bill)
        if self._stamp is not None:
            _put_stamp(template, self._stamp)
        self._templates[kind, len(bill.wanted)] = template
        return template

    def _acknowledge(self, request: Message, frame: Frame) -> None:
        """Answer the platform's request: a cutover notice."""
        reply = Message(f"{request.mti[:2]}10", dict(sorted({**request.elements, 39: "00"}.items())))
        codec = self._shared.codec
        self.unsent += encode_frame(
            codec.dialect.frame, codec.encode(reply), codec.dialect.frame.reply_header(frame.header)
        )


def _put_stamp(template: Template, stamp: Stamp) -> None:
    frame = template.frame
    frame[template.transmission_time] = stamp.transmission_time
    for place, content in (
        (template.local_time, stamp.local_time),
        (template.local_date, stamp.local_date),
        (template.rrn_head, stamp.rrn_head),
    ):
        if place is not None:
            frame[place] = content
