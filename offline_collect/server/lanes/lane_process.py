"""Lanes in a process of their own: the side that decides (its other side: remote_lanes).

Python runs one thread of a process at a time, so that a reactor and lanes in one process take turns; in two
they work at once. Whatever ends the server's process ends this one too, at the latest after what it has taken:
the sockets say so.
"""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress

from offline_collect.domain.ports import Cause, Observer
from offline_collect.engine import LaneEnds, LaneMaker, PerLane
from offline_collect.server.lanes.lane_socket import LaneSocket
from offline_collect.server.lanes.parcels import Told

SWEEP_S = 0.2
"""How often what waits past its deadline is looked for."""


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

    def outage(self, lane: str, cause: Cause | None) -> None:
        """See :class:`offline_collect.domain.ports.Observer`."""
        self._told.append(("outage", (lane, cause)))

    def queued(self, lane: str, depth: int) -> None:
        """See :class:`offline_collect.domain.ports.Observer`."""
        self._told.append(("queued", (lane, depth)))

    def take(self) -> list[Told]:
        """Return what was told since the last time."""
        told: list[Told] = []
        # Lanes take at once: whether there is more is known when there is not.
        with suppress(IndexError):
            while True:
                told.append(self._told.popleft())
        return told


def host_lanes(ends: PerLane[socket.socket], maker_of: Callable[[Observer], LaneMaker]) -> None:
    """Run lanes on what comes through their sockets, until the other ends say no more.

    Args:
        ends: this process's ends of the pairs, one a lane; closed when everything taken has been answered.
        maker_of: makes the lanes' maker from what they tell.
    """
    relay = Relay()
    sockets = ends.map(lambda end: LaneSocket(end, relay.take))
    lanes = maker_of(relay).make(sockets.map(lambda each: LaneEnds(each, each.deliver)))
    lanes.start()
    while not lanes.join(SWEEP_S):
        lanes.sweep()
    for each in sockets:
        each.close()
