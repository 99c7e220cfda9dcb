"""Lanes in a separate process: the server's side (its other side: lane_process)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any

from offline_collect.domain.answers import Answer
from offline_collect.domain.commands import Command
from offline_collect.domain.ports import Cause, Clock, Observer
from offline_collect.engine import LANE_CHECK, Delivery, Origin, PerLane, Work, by_name, route, unavailable
from offline_collect.server.lanes.outages import KnownOutages
from offline_collect.server.lanes.remote_lane import RemoteLane


class RemoteLanes:
    """Sends each command to its lane; everything except :meth:`join` runs on the reactor's thread.

    Args:
        reactor: Twisted's.
        ends: this process's ends of the socket pairs, one for each lane.
        open_max: how many commands may be open at one lane, waiting or being decided. Beyond it only a
            connection without open commands may submit one, so that a connection with many does not delay it.
        observer: receives the lanes' observations.
        deliver: called with each batch's outcomes.
        lost: called once if lanes end without a request; the outcome of their open commands is unknown.
    """

    def __init__(
        self,
        reactor: Any,
        ends: PerLane[socket.socket],
        open_max: int,
        clock: Clock,
        observer: Observer,
        deliver: Callable[[Delivery], None],
        lost: Callable[[], None],
    ) -> None:
        self._reactor = reactor
        self._open_max = open_max
        self._clock = clock
        self._lost = lost
        self._outages = KnownOutages(observer)
        self._lanes = ends.map(lambda end: RemoteLane(reactor, end, self._outages, deliver, self._one_ended))
        self._running = set(self._lanes)
        self._put: dict[RemoteLane, None] = {}
        self._taking = True
        self._all_ended = threading.Event()

    def start(self) -> None:
        """See :class:`offline_collect.server.lanes.lanes.Lanes`."""
        for lane in self._lanes:
            self._reactor.addReader(lane)

    def submit(self, command: Command, deadline: float, token: object, origin: Origin) -> bool:
        """See :class:`offline_collect.server.lanes.lanes.Lanes`."""
        lane = route(self._lanes, command)
        if not self._taking or (len(lane) >= self._open_max and lane.has_of(origin.connection)):
            return False
        lane.put(Work(command, deadline, self._clock.monotonic(), token, origin))
        self._put[lane] = None
        return True

    @property
    def is_idle(self) -> bool:
        """Whether no command is open, waiting or being decided."""
        return not any(self._lanes)

    @property
    def is_failing(self) -> bool:
        """Whether a lane cannot decide commands: only its own commands and checks end that."""
        return bool(self._outages)

    @property
    def has_unsent(self) -> bool:
        """Whether submitted commands wait for :meth:`flush`."""
        return bool(self._put)

    @property
    def names(self) -> Sequence[str]:
        """See :class:`offline_collect.server.lanes.lanes.Lanes`."""
        return list(by_name(self._lanes))

    def check(self, name: str, deadline: float, token: object) -> bool:
        """See :class:`offline_collect.server.lanes.lanes.Lanes`; it is sent at once, regardless of the waiting commands."""
        if not self._taking:
            return False
        now = self._clock.monotonic()
        by_name(self._lanes)[name].check(Work(LANE_CHECK, deadline, now, token))
        return True

    def refusal(self, command: Command) -> Answer | None:
        """See :class:`offline_collect.server.lanes.lanes.Lanes`; submitted commands stay unanswered meanwhile."""
        lane = route(self._lanes, command)
        if lane.is_asked and lane.is_silent(self._clock.monotonic()):
            return unavailable(Cause.LANES)
        return None

    def flush(self) -> None:
        """See :class:`offline_collect.server.lanes.lanes.Lanes`."""
        if self._put:
            lanes, self._put = self._put, {}
            for lane in lanes:
                lane.flush()

    def sweep(self) -> None:
        """Do nothing: the lanes' own process looks for commands past their deadline."""

    def close(self) -> None:
        """See :class:`offline_collect.server.lanes.lanes.Lanes`."""
        self._taking = False
        for lane in self._lanes:
            lane.close()

    def join(self, timeout_s: float) -> bool:
        """See :class:`offline_collect.server.lanes.lanes.Lanes`."""
        return self._all_ended.wait(timeout_s)

    def _one_ended(self, lane: RemoteLane) -> None:
        """Take no more commands after one lane has ended; report it once if it was not requested."""
        self._running.discard(lane)
        if not self._running:
            self._all_ended.set()
        unasked = self._taking and not lane.closing
        self._taking = False
        if unasked:
            self._lost()
