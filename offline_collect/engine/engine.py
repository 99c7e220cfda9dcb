"""The engine: lanes over a store, and which command goes to which of them."""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Callable

from offline_collect.domain.commands import Command
from offline_collect.domain.ports import Clock, Observer, Session, Store
from offline_collect.engine.batch import BatchRunner
from offline_collect.engine.lane import Lane
from offline_collect.engine.numbers import NumberBlock
from offline_collect.engine.queue import WorkQueue
from offline_collect.engine.recovery import Recovery
from offline_collect.engine.settings import EngineSettings
from offline_collect.engine.work import Deliver, Work


class Engine:
    """Decides commands.

    Args:
        store: where the lanes get their sessions.
        deliver: called with each batch's outcomes, from the lane's thread.
        pause: sleeps between attempts; an argument for tests.
        jitter: spreads the pauses of lanes that collide.
    """

    def __init__(
        self,
        store: Store,
        settings: EngineSettings,
        clock: Clock,
        observer: Observer,
        deliver: Deliver,
        pause: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._observer = observer
        self._deliver = deliver
        self._pause = pause
        self._jitter = jitter
        self._write = [
            self._lane(f"write-{nth}", store.write_session(), numbered=True)
            for nth in range(settings.write_lanes)
        ]
        self._read = [
            self._lane(f"read-{nth}", store.read_session(), numbered=False)
            for nth in range(settings.read_lanes)
        ]

    def start(self) -> None:
        """Start every lane."""
        for lane in self._lanes:
            lane.start()

    def submit(self, command: Command, deadline: float, token: object) -> bool:
        """Hand a command in; False when its lane's queue is full or the engine stops.

        Args:
            deadline: monotonic seconds after which it must not be decided.
            token: handed back with the answer.
        """
        return self.put(Work(command, deadline, self._clock.monotonic(), token))

    def put(self, work: Work) -> bool:
        """Take work that somebody else has queued; False as :meth:`submit`."""
        return self._lane_of(work.command).queue.put(work)

    def flush(self) -> None:
        """Do nothing: lanes take a command the moment they are free."""

    def sweep(self) -> None:
        """Answer what waits past its deadline; to be called a few times a second."""
        for lane in self._lanes:
            lane.sweep()

    def close(self) -> None:
        """Take nothing more; what waits is still decided."""
        for lane in self._lanes:
            lane.queue.close()

    def join(self, timeout_s: float) -> bool:
        """Wait until every lane has ended, ``timeout_s`` at most; whether all have."""
        until = self._clock.monotonic() + timeout_s
        ended = [lane.join(max(until - self._clock.monotonic(), 0)) for lane in self._lanes]
        return all(ended)

    @property
    def depth(self) -> int:
        """How many commands wait."""
        return sum(len(lane.queue) for lane in self._lanes)

    @property
    def _lanes(self) -> list[Lane]:
        return self._write + self._read

    def _lane_of(self, command: Command) -> Lane:
        """Return the lane of a command: one terminal's writes stay in order on one lane."""
        if not command.writes:
            return min(self._read, key=lambda lane: len(lane.queue))
        if len(self._write) == 1:
            return self._write[0]
        sender = f"{command.institution}|{command.terminal}".encode()
        return self._write[zlib.crc32(sender) % len(self._write)]

    def _lane(self, name: str, session: Session, *, numbered: bool) -> Lane:
        settings = self._settings
        numbers = NumberBlock(session) if numbered else None
        runner = BatchRunner(session, self._clock, settings.terms, numbers)
        recovery = Recovery(
            runner,
            settings,
            self._observer,
            name,
            self._clock,
            self._pause,
            self._jitter,
        )
        return Lane(
            name,
            WorkQueue(settings.queue_max),
            recovery,
            settings.batch_max,
            self._clock,
            self._observer,
            self._deliver,
        )
