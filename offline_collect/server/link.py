"""A link: its admission rules, its connections, and their shared parts."""

from __future__ import annotations

import datetime as dt
import logging
from collections import deque
from collections.abc import Callable
from functools import partial

from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import Factory

from offline_collect.domain.answers import Answer
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Command, Payment, Reversal
from offline_collect.domain.live_business import refuse_on_test_link
from offline_collect.domain.ports import Clock
from offline_collect.server.connections.authentication import MacProblem
from offline_collect.server.connections.connection_bounds import ConnectionBounds, Room
from offline_collect.server.connections.exchange import Pending
from offline_collect.server.connections.key_ring import KeyRing
from offline_collect.server.connections.notices import Notices
from offline_collect.server.connections.protocol import Connection
from offline_collect.server.connections.session import Session
from offline_collect.server.connections.timeouts import Overdue
from offline_collect.server.connections.translator import Translator
from offline_collect.server.observer import LinkObserver
from offline_collect.server.scheduling.dispatcher import Dispatcher
from offline_collect.server.scheduling.throttle import MISSES, Throttle, Throttled
from offline_collect.server.settings import LinkSettings
from offline_collect.server.tls.credentials import Credentials

_log = logging.getLogger(__name__)

REDATED_TOLD_EVERY_S = 60.0
"""The interval of the log line that years are taken from the open business day."""


class Link(Factory):
    """Accepts connections of one listening address, or has the one that the platform makes to its partner.

    Args:
        dispatcher: takes frames in turn and passes commands to the lanes.
        open_day: the open business date, for answers that post nothing.
        room: the limit on the connections of all links together.
        credentials: the link's side of TLS; None without TLS.
        ring: the working keys of the link's MACs; None without MACs.
    """

    noisy = False

    def __init__(
        self,
        settings: LinkSettings,
        translator: Translator,
        dispatcher: Dispatcher,
        clock: Clock,
        observer: LinkObserver,
        open_day: Callable[[], BusinessDate],
        room: Room | None = None,
        credentials: Credentials | None = None,
        ring: KeyRing | None = None,
    ) -> None:
        self.settings = settings
        self.translator = translator
        self.dispatcher = dispatcher
        self.clock = clock
        self.observer = observer
        self.credentials = credentials
        self.ring = ring
        self._open_day = open_day
        self._bounds = ConnectionBounds(settings, room or Room())
        self._skew = dt.timedelta(seconds=settings.skew_s)
        self._throttle = Throttle(settings.throttle)
        self._held_back: deque[tuple[float, Pending, Answer]] = deque()
        self.notices = Notices(self)
        self._draining = False
        self._redated_told: float | None = None
        self._clock_told: float | None = None
        self.connections: dict[Connection, None] = {}

    @property
    def open_day(self) -> BusinessDate:
        """The open business date."""
        return self._open_day()

    def redated(self, now: dt.datetime) -> None:
        """Count a message whose years were taken from the open business day, and log it at intervals."""
        self.observer.redated(self.settings.name)
        seconds = self.clock.monotonic()
        if self._redated_told is None or seconds - self._redated_told >= REDATED_TOLD_EVERY_S:
            self._redated_told = seconds
            _log.warning(
                "link %s: the clock (%s) is over 30 days off the open business day %s: the years of DE 7, 13, 15"
                " and 90 are completed nearest to the day",
                self.settings.name,
                now.astimezone(self.settings.zone).isoformat(" ", "seconds"),
                self.open_day,
            )

    def check_clock(self, command: Command, peer: str) -> None:
        """Count a request whose DE 7 is far from its time of arrival, and log it at intervals.

        Repeats, advices and reversals may carry the time of an earlier attempt.
        """
        if isinstance(command, Reversal) or (
            isinstance(command, Payment) and (command.repeat or command.advised)
        ):
            return
        off = command.sent_at - command.received_at
        if abs(off) <= self._skew:
            return
        self.observer.clock_off(self.settings.name)
        seconds = self.clock.monotonic()
        if self._clock_told is None or seconds - self._clock_told >= REDATED_TOLD_EVERY_S:
            self._clock_told = seconds
            _log.warning(
                "link %s, %s: DE 7 is %s %s the time of arrival: check the peer's clock, and the dialect's"
                " transmission_time (utc or local)",
                self.settings.name,
                peer,
                abs(off),
                "after" if off > dt.timedelta() else "before",
            )

    def refusal(self, command: Command) -> Answer | None:
        """Return the refusal of a request by the link's own rules; None accepts it."""
        refused = refuse_on_test_link(command, test=self.settings.test, live=self.settings.live)
        return refused or self.throttled(command)

    def throttled(self, command: Command) -> Answer | None:
        """Return the refusal of a request that exceeds its sender's limits; None accepts it."""
        refused = self._throttle.refusal(command, self.clock.monotonic()) if self._throttle.watches else None
        if refused is None:
            return None
        why, answer = refused
        self._tell_throttled(why, command)
        return answer

    def holds_back(self, pending: Pending, answer: Answer) -> bool:
        """Whether an answer waits for :meth:`answer_held_back`: a miss of a sender with too many of them."""
        command = pending.request.command
        if answer.code not in MISSES or command is None:
            return False
        now = self.clock.monotonic()
        held_s = self._throttle.miss(command, now)
        if held_s:
            self._tell_throttled(Throttled.SLOWED, command)
            self._held_back.append((now + held_s, pending, answer))
        return held_s > 0

    def _tell_throttled(self, why: Throttled, command: Command) -> None:
        self.observer.throttled(self.settings.name, why)
        _log.warning(
            "link %s: institution %s, terminal %s: %s",
            self.settings.name,
            command.institution,
            command.terminal,
            why.words,
        )

    def answer_held_back(self) -> None:
        """Write the answers whose holding time is over."""
        now = self.clock.monotonic()
        while self._held_back and self._held_back[0][0] <= now:
            _, pending, answer = self._held_back.popleft()
            pending.connection.answer_now(pending, answer)
            pending.connection.pump()

    def unauthentic(self, peer: str, message: str, problem: MacProblem) -> None:
        """Count and log a message whose MAC is missing or wrong, or cannot be checked."""
        _log.warning(
            "link %s, %s: the MAC of %s is not accepted (%s)",
            self.settings.name,
            peer,
            message,
            problem.value,
        )
        self.observer.unauthentic(self.settings.name, problem)

    def buildProtocol(self, addr: IAddress | None) -> Connection | None:
        """Return a connection for an admitted peer; None refuses the peer."""
        peer = str(getattr(addr, "host", ""))
        reason = self._refusal(peer)
        if reason is None:
            return Connection(self, peer)
        self._refused(peer, reason)
        return None

    def called(self, peer: str) -> Connection | None:
        """Return the connection to a partner that the platform has reached; None if it may not be kept."""
        reason = "draining" if self._draining else self._bounds.refusal(peer)
        if reason is None:
            return Connection(self, peer)
        self._refused(peer, reason)
        return None

    @property
    def stranger(self) -> str:
        """What is wrong with a certificate that identifies no institution of the link, in words for the log."""
        partner = self.settings.connect
        if partner is None or (self.settings.tls is not None and self.settings.tls.clients):
            return "its certificate is not among tls.clients"
        return f"its certificate is not for {partner.host}, the host of connect; or name it in tls.clients"

    def _refused(self, peer: str, reason: str, institution: str | None = None) -> None:
        who = peer if institution is None else f"institution {institution} at {peer}"
        _log.warning("link %s: refused %s: %s", self.settings.name, who, reason)
        self.observer.refused(self.settings.name, reason)

    def session(self, peer: str) -> Session:
        """Return the session of a new connection of ``peer``."""
        return Session(
            sign_on_required=self.settings.sign_on_required,
            places=self._bounds.institutions,
            refused=partial(self._refused, peer, "connections_max_per_institution"),
        )

    def _refusal(self, peer: str) -> str | None:
        if self._draining:
            return "draining"
        if not peer or not self.settings.admits(peer):
            return "network"
        return self._bounds.refusal(peer)

    def opened(self, connection: Connection) -> None:
        """Add a connection to the counts."""
        self.connections[connection] = None
        self._bounds.opened(connection.peer)
        self.observer.connected(self.settings.name)

    def closed(self, connection: Connection) -> None:
        """Remove a connection from the counts."""
        del self.connections[connection]
        self._bounds.closed(connection.peer)
        self.observer.disconnected(self.settings.name)

    def close_idle(self) -> None:
        """Close connections that are silent or slow for too long.

        A connection whose peer also does not read its answers or its end is aborted after the same time again. A
        half-closed connection also ends here, once the peer has had time to refuse its last answers.
        """
        for connection in list(self.connections):
            connection.close_left()
            self._close_idle(connection)

    def _close_idle(self, connection: Connection) -> None:
        silent, longest = self.clock.monotonic() - connection.last_heard, self.settings.idle_timeout_s
        if silent >= 2 * longest and not connection.in_flight:
            self._hangs_up(connection, "not_reading", "does not take its answers or its end")
            connection.abort()
        elif silent >= longest and connection.idle:
            if connection.listens:
                self.observer.hung_up(self.settings.name, "idle_timeout_s")
            connection.close()
        elif (late := connection.overdue()) is not None:
            self._hangs_up(
                connection, late, late.words + (connection.missing if late is Overdue.FRAME else "")
            )
            connection.hang_up()

    def _hangs_up(self, connection: Connection, reason: str, why: str) -> None:
        _log.warning("link %s, %s: %s (%s); closing", self.settings.name, connection.peer, why, reason)
        self.observer.hung_up(self.settings.name, reason)

    def drain(self) -> None:
        """Stop accepting connections and stop reading."""
        self._draining = True
        for connection in list(self.connections):
            connection.drain()

    @property
    def idle(self) -> bool:
        """Whether all accepted requests are answered."""
        return all(connection.idle for connection in self.connections)
