"""Lanes in a process of their own: the side that decides (its other side: remote_lanes).

Python runs one thread of a process at a time, so that a reactor and lanes in one process take turns; in two
they work at once. Whatever ends the server's process ends this one too, at the latest after the batch that it
has begun: the socket says so.
"""

from __future__ import annotations

import logging
import select
import socket
import threading
from collections import deque
from collections.abc import Callable, Mapping

from offline_collect.domain.ports import Clock, Observer
from offline_collect.engine import Deliver, Delivery, Engine, Work
from offline_collect.server.parcels import HandedIn, HandedOut, Told, Unsealer, seal

_log = logging.getLogger(__name__)

SWEEP_S = 0.2
"""How often what waits past its deadline is looked for."""

JOIN_S = 60.0
"""How long lanes may take to end once nothing more comes; the server's process bounds it closer."""

_READ_AT_ONCE = 1 << 18


class Relay:
    """An observer that keeps what it is told until answers go out; lanes call it from their threads."""

    def __init__(self) -> None:
        self._told: deque[Told] = deque()

    def batch(self, lane: str, size: int, stages: Mapping[str, float]) -> None:
        """See :class:`offline_collect.domain.ports.Observer`."""
        self._told.append(("batch", (lane, size, stages)))

    def retried(self, lane: str, reason: str) -> None:
        """See :class:`offline_collect.domain.ports.Observer`."""
        self._told.append(("retried", (lane, reason)))

    def queued(self, lane: str, depth: int) -> None:
        """See :class:`offline_collect.domain.ports.Observer`."""
        self._told.append(("queued", (lane, depth)))

    def take(self) -> list[Told]:
        """Return what was told since the last time."""
        return [self._told.popleft() for _ in range(len(self._told))]


def host_lanes(
    end: socket.socket,
    make_engine: Callable[[Deliver, Observer], Engine],
    clock: Clock,
) -> None:
    """Run an engine on what comes through ``end``, until the other end says no more.

    Args:
        end: this process's end of the socket pair; closed when everything taken has been answered.
        make_engine: makes the engine from what it delivers to and what it tells.
        clock: keeps the deadlines.
    """
    sending = threading.Lock()
    relay = Relay()

    def deliver(delivery: Delivery) -> None:
        answers = [(outcome.work.token, outcome.answer) for outcome in delivery.outcomes]
        with sending:
            handed_out: HandedOut = (answers, delivery.open_day, relay.take())
            _send(end, seal(handed_out))

    engine = make_engine(deliver, relay)
    engine.start()
    unsealer = Unsealer()
    swept = clock.monotonic()
    while (data := _receive(end)) != b"":
        for handed_in in unsealer.feed(data or b""):
            _put(engine, handed_in)
        if clock.monotonic() - swept >= SWEEP_S:
            engine.sweep()
            swept = clock.monotonic()
    engine.close()
    engine.join(JOIN_S)
    end.close()


def _put(engine: Engine, handed_in: list[HandedIn]) -> None:
    for number, command, deadline, queued_at in handed_in:
        taken = engine.put(Work(command, deadline, queued_at, number))
        assert taken, "the other side hands in no more than the queues hold"


def _receive(end: socket.socket) -> bytes | None:
    """Return what has come; None when it is time to look for late commands, b"" at the end."""
    if not select.select([end], [], [], SWEEP_S)[0]:
        return None
    try:
        return end.recv(_READ_AT_ONCE)
    except ConnectionError:
        return b""


def _send(end: socket.socket, parcel: bytes) -> None:
    try:
        end.sendall(parcel)
    except ConnectionError:
        _log.warning("the server's process has gone: answers of a batch that is committed go nowhere")
