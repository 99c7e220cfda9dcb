"""The requests and answers of one connection: frames in turn, commands to the lanes, answers in batches."""

from __future__ import annotations

import itertools
import logging
from abc import ABC, abstractmethod
from collections import deque
from typing import TYPE_CHECKING, Any

from offline_collect.domain.answers import Answer
from offline_collect.domain.commands import Command, NetworkFunction, NetworkManagement
from offline_collect.domain.values import value
from offline_collect.engine import TOO_LATE, Origin
from offline_collect.server.connections.direct_write import send_now
from offline_collect.server.connections.ending import Ending
from offline_collect.server.connections.inbox import Inbox, Received
from offline_collect.server.connections.message_log import log_answer, log_silence
from offline_collect.server.connections.translator import RESPONSE, Request

if TYPE_CHECKING:
    from offline_collect.server.link import Link

_log = logging.getLogger(__name__)

_numbers = itertools.count(1)

HELD_AT_ONCE = 32
"""How many held answers are written before a check that the peer reads them."""


@value
class Pending:
    """A request in the engine: the token that returns with its answer.

    Attributes:
        arrived: when its frame arrived, monotonic seconds.
    """

    connection: Exchange
    request: Request
    arrived: float


class Exchange(ABC):
    """The requests of one connection, from their turn to their answer; a subclass handles the stream.

    Attributes:
        peer: its address.
        in_flight: requests in the engine.
        inbox: frames that wait for their turn.
        origin: the origin of its commands, for turns; the sender is its institution once that is known, its peer's
            address before.
        header: the prefix of frames to this peer, from its last request; None before the first request.
    """

    transport: Any
    """Twisted's TCP transport; its interfaces declare only half of it."""

    def __init__(self, link: Link, peer: str) -> None:
        self._link = link
        self.peer = peer
        self._session = link.session(peer)
        self._timeout_s = link.settings.request_timeout_ms / 1000
        self._stalled: tuple[Request, float] | None = None
        self._unwritten: deque[tuple[Pending, Answer]] = deque()
        self._outgoing: list[bytes] = []
        self._peer_reads = True
        self._open = False
        self._ending = Ending(link.settings.name, peer, link.observer)
        self.in_flight = 0
        self.inbox = Inbox()
        self.origin = Origin(f"peer {peer}", next(_numbers))
        self._institution: str | None = None
        self.header: bytes | None = None

    @abstractmethod
    def end_turn(self) -> None:
        """Write pending answers; then continue or stop reading."""

    @property
    @abstractmethod
    def overflows(self) -> bool:
        """Whether it is not read because of its hopeless frames, while more wait at the sender."""

    def pump(self) -> None:
        """Write pending answers, and queue for the frames that may be handled now."""
        self._link.dispatcher.offer(self)
        self.end_turn()

    @property
    def may_handle(self) -> bool:
        """Whether a frame may be handled now, if the lanes have room."""
        return self._peer_reads and self.in_flight < self._link.settings.in_flight_max

    @property
    def institutions(self) -> frozenset[str]:
        """The institutions that are signed on, or have sent a message."""
        return self._session.institutions

    @property
    def signed_on_institutions(self) -> frozenset[str]:
        """The institutions that have signed on, and not off again."""
        return self._session.signed_on_institutions

    @property
    def has_next(self) -> bool:
        """Whether a frame waits to be handled."""
        return bool(self.inbox.waiting) or self._stalled is not None

    @property
    def sender(self) -> str:
        """The sender for its turns; see :attr:`origin`."""
        return self.origin.sender

    @property
    def waiting(self) -> int:
        """How many frames wait to be handled."""
        return len(self.inbox.waiting) + (self._stalled is not None)

    def handle_next(self) -> bool:
        """Handle the next frame; return False if its lane has no room and it continues to wait."""
        if self._stalled is None and self.inbox.waiting:
            self._handle(self.inbox.waiting.popleft())
        return self._stalled is None or self._submit(*self._stalled)

    def refuse(self, most: int, until: float) -> int:
        """Answer frames that cannot be handled before their deadline, at least one; return how many.

        Args:
            until: when to stop, monotonic seconds.
        """
        for refused in range(1, most + 1):
            self._refuse(self.inbox.hopeless.popleft())
            if self._link.clock.monotonic() >= until:
                return refused
        return most

    def give_up_late(self, now: float) -> bool:
        """Drop frames that have waited past their deadline (monotonic seconds); return whether there were any."""
        if self._stalled is not None and self._stalled[1] + self._timeout_s <= now:
            (request, arrived), self._stalled = self._stalled, None
            self._reply(request, TOO_LATE, arrived)
        before = len(self.inbox.hopeless)
        self.inbox.give_up_late(now - self._timeout_s)
        return self._stalled is None and len(self.inbox.hopeless) > before

    def _handle(self, received: Received) -> None:
        if received.arrived + self._timeout_s <= self._link.clock.monotonic():
            self._refuse(received)
            return
        link = self._link
        request = link.dispatcher.decoding.timed(
            link.translator.read, received.frame, received.now, link.open_day
        )
        if request.problem is not None:
            _log.warning("link %s, %s: %s", link.settings.name, self.peer, request.problem)
        if request.redated:
            link.redated(received.now)
        if request.command is not None:
            link.check_clock(request.command, self.peer)
        self.header = link.translator.reply_header(received.frame)
        if (
            request.name == RESPONSE
            and request.message is not None
            and request.mac_problem is None
            and link.notices.answered(request.message)
        ):
            return
        self._respond(request, received.arrived)

    def _refuse(self, received: Received) -> None:
        """Refuse a frame that is too late, unless the session answers it."""
        link = self._link
        refused = link.translator.refuse(received.frame, link.open_day)
        if refused is not None:
            name, frame = refused
            self._outgoing.append(frame)
            seconds = link.clock.monotonic() - received.arrived
            link.observer.answered(link.settings.name, name, TOO_LATE.code, seconds)
            return
        request = link.dispatcher.decoding.timed(
            link.translator.glance, received.frame, received.now, link.open_day
        )
        before = len(self._outgoing)
        self._respond(request, received.arrived)
        if len(self._outgoing) > before:
            link.translator.learn_refusal(received.frame, request, self._outgoing[-1])

    def _respond(self, request: Request, arrived: float) -> None:
        """Answer a request that needs no engine; other requests wait until their lane has room."""
        answer, command = request.answer, request.command
        if request.mac_problem is not None:
            self._link.unauthentic(self.peer, request.name, request.mac_problem)
        if answer is None and command is not None and self._ask_for_key(request, command, arrived):
            return
        if answer is None and command is not None:
            answer = self._session.answer(command)
            self._know(command.institution, answer)
            answer = answer or self._link.refusal(command)
        if answer is not None:
            self._reply(request, answer, arrived)
        elif command is not None:
            self._stalled = (request, arrived)
        else:
            self._leave_unanswered(request)

    def _leave_unanswered(self, request: Request) -> None:
        link = self._link
        if request.name == RESPONSE and request.message is not None:
            mti = request.message.mti
            _log.warning(
                "link %s, %s: %s is a response without a request", link.settings.name, self.peer, mti
            )
        link.observer.unanswered(link.settings.name, request.name)

    def send(self, frame: bytes) -> bool:
        """Send an unsolicited frame; return False if the peer would not read it now."""
        if not self._open or not self._peer_reads or not self._session.signed_on:
            return False
        self._outgoing.append(frame)
        self.flush()
        return True

    def _ask_for_key(self, request: Request, command: Command, arrived: float) -> bool:
        """Issue or take a working key, if the command is about one; the answer comes later."""
        if not (isinstance(command, NetworkManagement) and command.function is NetworkFunction.NEW_KEY):
            return False
        ring = self._link.ring
        if ring is None or ring.ask is None or self._session.foreign(command) is not None:
            return False
        self.in_flight += 1
        pending = Pending(self, request, arrived)

        def answered(answer: Answer) -> None:
            self.answer(pending, answer)
            self.pump()

        ring.ask(command, self._link.translator.key_transit).addCallback(answered)
        return True

    def _know(self, institution: str | None, answer: Answer | None) -> None:
        """Use the sending institution for turns, once it is accepted."""
        if institution == self._institution or institution is None:
            return
        if answer is None or self._session.serves(institution):
            self._institution = institution
            self.origin = self.origin._replace(sender=f"institution {institution}")

    def _submit(self, request: Request, arrived: float) -> bool:
        """Hand a command to its lane; return False if the lane has no room.

        Late commands, and commands of a silent lane, are answered here.
        """
        assert request.command is not None
        deadline = arrived + self._timeout_s
        if deadline <= self._link.clock.monotonic():
            self._stalled = None
            self._reply(request, TOO_LATE, arrived)
            return True
        refused = self._link.dispatcher.lanes.refusal(request.command)
        if refused is not None:
            self._stalled = None
            self._reply(request, refused, arrived)
            return True
        if not self._link.dispatcher.submit(
            request.command, deadline, Pending(self, request, arrived), self.origin
        ):
            return False
        self._stalled = None
        self.in_flight += 1
        return True

    def answer(self, pending: Pending, answer: Answer | None) -> None:
        """Accept an answer from the engine; the next :meth:`flush` sends it, unless it is held back.

        Args:
            answer: None if no answer may be sent.
        """
        if answer is None or not self._link.holds_back(pending, answer):
            self.answer_now(pending, answer)

    def answer_now(self, pending: Pending, answer: Answer | None) -> None:
        """Prepare an answer for the next :meth:`flush`."""
        self.in_flight -= 1
        if answer is None:
            self._link.observer.unanswered(self._link.settings.name, "unproved")
            self._log_silence(pending.request, "its outcome is not proved")
        elif not self._open:
            self._ending.gone()
            self._log_silence(pending.request, "the peer has gone")
        elif self._peer_reads:
            self._reply(pending.request, answer, pending.arrived)
        else:
            # Encoding it would take time from peers that read.
            self._unwritten.append((pending, answer))
        if not self._open and not self.in_flight:
            self._ending.tell()

    def _log_silence(self, request: Request, why: str) -> None:
        log_silence(self._link.settings.name, self.peer, request, why, masked=self._link.translator.masked)

    def _write_held(self) -> None:
        """Write held answers while the peer reads them."""
        while self._unwritten and self._peer_reads:
            for _ in range(min(HELD_AT_ONCE, len(self._unwritten))):
                self._write_one_held()
            self.flush()

    def _write_one_held(self) -> None:
        pending, answer = self._unwritten.popleft()
        self._reply(pending.request, answer, pending.arrived)

    def _reply(self, request: Request, answer: Answer, arrived: float) -> None:
        link = self._link
        try:
            frame = link.dispatcher.encoding.timed(link.translator.write, request, answer, link.open_day)
        except Exception:  # noqa: BLE001 - the rest of the batch must still get answers
            _log.exception("link %s, %s: an answer to %s failed", link.settings.name, self.peer, request.name)
            self._link.observer.unanswered(self._link.settings.name, "fault")
            return
        self._outgoing.append(frame)
        seconds = self._link.clock.monotonic() - arrived
        self._link.observer.answered(self._link.settings.name, request.name, answer.code, seconds)
        masked = link.translator.masked
        log_answer(link.settings.name, self.peer, request, answer, seconds, masked=masked)

    def flush(self) -> None:
        """Write all pending answers at once."""
        if self._outgoing:
            outgoing, self._outgoing = self._outgoing, []
            self._ending.wrote(len(outgoing))
            self.transport.write(b"".join(outgoing))
            if self._peer_reads and self.idle:
                # Its peer waits for this; other connections get more at once a little later.
                send_now(self.transport)

    @property
    def idle(self) -> bool:
        """Whether every accepted request has been answered."""
        return not self.in_flight and not self.inbox and self._stalled is None
