"""The server's side of lanes in another process, with a reactor that the test advances."""

import select
import socket
from collections.abc import Callable
from dataclasses import replace

from offline_collect.engine import PerLane
from offline_collect.server.lanes.remote_lanes import RemoteLanes
from tests.fakes.bank import NOON
from tests.fakes.clock import HandClock
from tests.fakes.observed import LaneLog
from tests.server.reactor import HandReactor

WITHIN_S = 20


def maker_of(rig):
    """Return what makes lanes over a rig's store, from their observer."""
    return lambda observer: replace(rig.maker(), observer=observer)


class Near:
    """This process's side, with a reactor that the test advances."""

    def __init__(self, ends: PerLane[socket.socket], open_max: int = 1000) -> None:
        self.reactor = HandReactor()
        self.reactor.running = True
        self.observed = LaneLog()
        self.deliveries = []
        self.losses = 0
        self.clock = HandClock(NOON)
        self.lanes = RemoteLanes(
            self.reactor, ends, open_max, self.clock, self.observed, self.deliveries.append, self._lost
        )
        self.lanes.start()

    def _lost(self) -> None:
        self.losses += 1

    @property
    def outcomes(self):
        return [outcome for delivery in self.deliveries for outcome in delivery.outcomes]

    def answered(self):
        return {outcome.work.token: outcome.answer and outcome.answer.code.value for outcome in self.outcomes}

    def turn_until(self, done: Callable[[], bool]) -> None:
        """Read until ``done``."""
        while not done():
            assert self.reactor.readers, "the lanes have ended"
            ready = select.select(list(self.reactor.readers), [], [], WITHIN_S)[0]
            assert ready, "nothing came"
            for lane in ready:
                lane.doRead()

    def turn_to_the_end(self) -> None:
        """Read until the other side has closed everything."""
        self.turn_until(lambda: not self.reactor.readers)
