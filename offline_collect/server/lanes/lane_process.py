"""Lanes in a separate process: the side that decides (its other side: remote_lanes).

Python runs one thread of a process at a time, so a reactor and lanes in one process take turns; in two processes
they work at the same time. When the server's process ends, the closed sockets end this process too, at the latest
after the commands that it has taken.
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
"""The interval of the search for commands past their deadline."""


class Relay:
    """An observer that keeps observations until answers are sent; lanes call it from their threads."""

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
        """Return the observations since the last call."""
        told: list[Told] = []
        # Several lanes take at the same time: another may have taken the last.
        with suppress(IndexError):
            while self._told:
                told.append(self._told.popleft())
        return told


def host_lanes(ends: PerLane[socket.socket], maker_of: Callable[[Observer], LaneMaker]) -> None:
    """Run lanes on the commands from their sockets, until the other ends close.

    Args:
        ends: this process's ends of the pairs, one for each lane; closed after all taken commands are answered.
        maker_of: creates the lanes' maker from their observer.
    """
    relay = Relay()
    sockets = ends.map(lambda end: LaneSocket(end, relay.take))
    lanes = maker_of(relay).make(sockets.map(lambda each: LaneEnds(each, each.deliver)))
    lanes.start()
    while not lanes.join(SWEEP_S):
        lanes.sweep()
    for each in sockets:
        each.close()
