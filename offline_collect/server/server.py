"""The server: links over the same lanes, their housekeeping, and the drain at the end."""

from __future__ import annotations

import logging
import math
import random
from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.task import LoopingCall, deferLater
from twisted.internet.threads import deferToThreadPool

from offline_collect.domain.answers import Answer
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.engine import Delivery
from offline_collect.server.connections.exchange import Exchange, Pending
from offline_collect.server.connections.protocol import Connection
from offline_collect.server.connections.receive_buffer import fix_receive_buffer
from offline_collect.server.lanes.lane_checks import LaneToken
from offline_collect.server.lanes.lanes import Lanes
from offline_collect.server.link import Link
from offline_collect.server.outgoing.caller import Caller
from offline_collect.server.scheduling.dispatcher import Dispatcher
from offline_collect.server.tls.factory import TlsFactory

_log = logging.getLogger(__name__)

SWEEP_S = 0.2
IDLE_CHECK_S = 1.0
DRAIN_CHECK_S = 0.02
LINGER_S = 1.0
"""How long a peer may take to close its end after we closed ours."""

LOST_S = 0.3
"""How long a drain takes after the lanes have ended: it only flushes pending answers."""


class Server:
    """Listens, delivers, drains.

    Args:
        reactor: Twisted's reactor.
        open_day: the open business date when the server starts.

    Attributes:
        callers: one for each link whose partner listens; it connects once it is allowed to.
    """

    def __init__(self, reactor: Any, open_day: BusinessDate) -> None:
        self._reactor = reactor
        self._dispatcher: Dispatcher | None = None
        self._links: list[Link] = []
        self._ports: list[Any] = []
        self._housekeeping: list[LoopingCall] = []
        self._lanes_gone = False
        self._drain_until = 0.0
        self.open_day = open_day
        self.draining = False
        self.callers: list[Caller] = []

    def deliver(self, delivery: Delivery) -> None:
        """Take a batch's outcomes from a lane's thread, if the lanes are in this process."""
        self._reactor.callFromThread(self.delivered, delivery)

    def day_opened(self, date: BusinessDate) -> None:
        """Record the open business date; after a cutover, lanes may still report an earlier one."""
        if date > self.open_day:
            self.open_day = date
            for link in self._links:
                link.notices.day_opened(date)

    def delivered(self, delivery: Delivery) -> None:
        """Answer a batch's requests with one write to each connection."""
        assert self._dispatcher is not None
        self._dispatcher.turns.note_work()
        if delivery.open_day is not None:
            self.day_opened(delivery.open_day)
        answers: dict[Exchange, list[tuple[Pending, Answer | None]]] = {}
        checks = 0
        for outcome in delivery.outcomes:
            pending: Pending | LaneToken = outcome.work.token
            if isinstance(pending, LaneToken):
                pending.answered(outcome.answer)
                checks += 1
            else:
                answers.setdefault(pending.connection, []).append((pending, outcome.answer))
        # A connection with one answer does not wait until those with many are written.
        for connection in sorted(answers, key=lambda each: len(answers[each])):
            for pending, answer in answers[connection]:
                connection.answer(pending, answer)
            connection.pump()
        commands = len(delivery.outcomes) - checks
        self._dispatcher.delivered(commands, decided=delivery.open_day is not None)

    def start(self, dispatcher: Dispatcher, links: Sequence[Link]) -> None:
        """Start the dispatcher's lanes and listen on every link that does not connect out.

        Raises:
            twisted.internet.error.CannotListenError: an address is in use or not of this machine.
        """
        self._dispatcher, lanes = dispatcher, dispatcher.lanes
        self._links = list(links)
        lanes.start()
        for link in links:
            if link.settings.connect is None:
                self._listen(link)
            else:
                # Its numbers spread the attempts of servers; no secret depends on them.
                self.callers.append(Caller(link, self._reactor, random.random))
        self._every(SWEEP_S, lanes.sweep)
        self._every(SWEEP_S, dispatcher.sweep)
        self._every(SWEEP_S, self._answer_held_back)
        self._every(IDLE_CHECK_S, self._close_idle)

    def _listen(self, link: Link) -> None:
        settings, tls = link.settings, link.credentials
        factory = link if tls is None else TlsFactory(tls, link, self._reactor)
        port = self._reactor.listenTCP(settings.port, factory, interface=settings.host)
        fix_receive_buffer(port.socket, settings.receive_buffer_bytes)
        self._ports.append(port)
        place, with_tls = port.getHost().port, "" if tls is None else " with TLS"
        _log.info("link %s listens on %s:%d%s", settings.name, settings.host, place, with_tls)

    def _every(self, seconds: float, call: Callable[[], None]) -> None:
        loop = LoopingCall(_outliving, call)
        loop.clock = self._reactor
        loop.start(seconds, now=False)
        self._housekeeping.append(loop)

    def _answer_held_back(self) -> None:
        for link in self._links:
            link.answer_held_back()

    def _close_idle(self) -> None:
        for link in self._links:
            link.close_idle()
            link.notices.send_due()

    @property
    def links(self) -> Sequence[Link]:
        """The links."""
        return self._links

    @property
    def ports(self) -> list[int]:
        """The TCP ports that the links listen on, in their order."""
        return [port.getHost().port for port in self._ports]

    @inlineCallbacks
    def drain(self, timeout_s: float) -> Any:
        """Stop accepting, answer accepted requests, flush, close.

        Args:
            timeout_s: the time limit; connections still open then are aborted.
        """
        self.draining = True
        for port in self._ports:
            yield port.stopListening()
        for link in self._links:
            link.drain()
        for caller in self.callers:
            caller.stop(timeout_s)
        self._drain_until = self._reactor.seconds() + (LOST_S if self._lanes_gone else timeout_s)
        while not self._lanes_gone and not self._idle and self._reactor.seconds() < self._drain_until:
            yield deferLater(self._reactor, DRAIN_CHECK_S)
        yield self._close_connections()
        for loop in self._housekeeping:
            loop.stop()
        least = DRAIN_CHECK_S if self._lanes_gone else 1.0
        yield self._stop_lanes(max(self._drain_until - self._reactor.seconds(), least))

    def lanes_gone(self) -> None:
        """Record that the lanes have ended: open requests will not be answered, so a drain does not wait for them."""
        self._lanes_gone = True
        self._drain_until = min(self._drain_until, self._reactor.seconds() + LOST_S)

    @property
    def _idle(self) -> bool:
        return all(link.idle for link in self._links)

    @inlineCallbacks
    def _close_connections(self) -> Any:
        for connection in self._connections:
            connection.finish()
        yield self._wait_for_peers(LINGER_S)
        for connection in self._connections:
            connection.close()
        yield self._wait_for_peers(math.inf)
        for connection in self._connections:
            _log.warning("a connection did not read its answers in time and is cut off")
            connection.abort()

    @inlineCallbacks
    def _wait_for_peers(self, longest_s: float) -> Any:
        until = self._reactor.seconds() + longest_s
        while self._connections and self._reactor.seconds() < min(until, self._drain_until):
            yield deferLater(self._reactor, DRAIN_CHECK_S)

    @property
    def _connections(self) -> list[Connection]:
        return [connection for link in self._links for connection in link.connections]

    def _stop_lanes(self, timeout_s: float) -> Deferred[None]:
        assert self._dispatcher is not None
        lanes = self._dispatcher.lanes
        lanes.close()
        return deferToThreadPool(
            self._reactor,
            self._reactor.getThreadPool(),
            self._join,
            lanes,
            timeout_s,
        )

    @staticmethod
    def _join(lanes: Lanes, timeout_s: float) -> None:
        if not lanes.join(timeout_s):
            _log.warning("a lane did not end in time")


def _outliving(call: Callable[[], None]) -> None:
    """Call a function and log its error, so that housekeeping continues."""
    try:
        call()
    except Exception:  # noqa: BLE001 - a loop that has failed once would never run again
        _log.exception("housekeeping failed; it continues")
