"""The lanes of one process: created on a store; started, swept and joined together."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from offline_collect.domain.ports import Clock, Observer, Session, Store
from offline_collect.engine.batch import BatchRunner
from offline_collect.engine.lane import Lane
from offline_collect.engine.lane_choice import PerLane, lane_names
from offline_collect.engine.numbers import NumberBlock
from offline_collect.engine.queue import LaneQueue
from offline_collect.engine.retry import RetryingRunner
from offline_collect.engine.settings import EngineSettings
from offline_collect.engine.work import Deliver

LONE = "write-alone"
"""The name of the lane that decides what comes alone."""


@dataclass(frozen=True, slots=True)
class LaneEnds:
    """A lane's input and output: the source of its work and the destination of its outcomes."""

    queue: LaneQueue
    deliver: Deliver


@dataclass(frozen=True, slots=True)
class LaneMaker:
    """Makes the lanes of one engine.

    Attributes:
        store: gives each lane its session.
        pause: sleeps between attempts; an argument for tests.
        jitter: spreads the pauses of lanes that collide.
    """

    store: Store
    settings: EngineSettings
    clock: Clock
    observer: Observer
    pause: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random

    def make(self, ends: PerLane[LaneEnds]) -> LaneSet:
        """Return the lanes that have these ends."""
        names = lane_names(self.settings)
        write = [
            self._write_lane(name, its_ends) for name, its_ends in zip(names.write, ends.write, strict=True)
        ]
        read = [self._read_lane(name, its_ends) for name, its_ends in zip(names.read, ends.read, strict=True)]
        return LaneSet(PerLane(write, read), self.clock)

    def make_lone(self, ends: LaneEnds) -> LaneSet:
        """Return a single write lane, beside the lanes of another process."""
        return LaneSet(PerLane([self._write_lane(LONE, ends)], []), self.clock)

    def _write_lane(self, name: str, ends: LaneEnds) -> Lane:
        session = self.store.write_session()
        return self._lane(name, ends, session, NumberBlock(session))

    def _read_lane(self, name: str, ends: LaneEnds) -> Lane:
        return self._lane(name, ends, self.store.read_session(), None)

    def _lane(self, name: str, ends: LaneEnds, session: Session, numbers: NumberBlock | None) -> Lane:
        runner = BatchRunner(session, self.clock, self.settings.terms, numbers)
        retrying = RetryingRunner(
            runner=runner,
            settings=self.settings,
            observer=self.observer,
            lane=name,
            clock=self.clock,
            pause=self.pause,
            jitter=self.jitter,
        )
        batch_max = self.settings.batch_max
        return Lane(
            name=name,
            queue=ends.queue,
            retrying=retrying,
            batch_max=batch_max,
            clock=self.clock,
            observer=self.observer,
            deliver=ends.deliver,
            pause=self.pause,
        )


class LaneSet:
    """Lanes that live and end together."""

    def __init__(self, lanes: PerLane[Lane], clock: Clock) -> None:
        self.lanes = lanes
        self._clock = clock

    def start(self) -> None:
        """Start every lane."""
        for lane in self.lanes:
            lane.start()

    def sweep(self) -> None:
        """Answer commands that wait past their deadline; call it a few times a second."""
        for lane in self.lanes:
            lane.sweep()

    def join(self, timeout_s: float) -> bool:
        """Wait until every lane has ended, ``timeout_s`` at most; return whether all have."""
        until = self._clock.monotonic() + timeout_s
        ended = [lane.join(max(until - self._clock.monotonic(), 0)) for lane in self.lanes]
        return all(ended)
