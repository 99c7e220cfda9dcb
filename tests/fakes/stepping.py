"""An engine whose lanes work in turn in the caller's thread."""

from collections.abc import Sequence

from offline_collect.domain.answers import Answer
from offline_collect.domain.commands import Command
from offline_collect.domain.ports import NullObserver, Store
from offline_collect.engine import Delivery, Engine, EngineSettings, LaneMaker
from tests.fakes.clock import HandClock

PATIENCE = 10.0


def run_lanes(engine: Engine) -> None:
    """Do the work of the lanes' threads, until nothing waits."""
    for lane in engine._lanes.lanes:
        while len(lane.queue):
            assert lane.turn()


def close_lanes(engine: Engine) -> None:
    """Close the connections of lanes that were never started."""
    for lane in engine._lanes.lanes:
        lane._retrying.close()


class SteppedEngine:
    """The real engine on a store, without threads."""

    def __init__(self, store: Store, settings: EngineSettings, clock: HandClock) -> None:
        self._clock = clock
        self._answers: dict[int, Answer] = {}
        maker = LaneMaker(store, settings, clock, NullObserver(), clock.advance, lambda: 1.0)
        self.engine = Engine(maker, self._take)

    def submit(self, commands: Sequence[Command]) -> list[Answer]:
        """Submit commands together and return their answers in the same order."""
        self._answers = {}
        deadline = self._clock.monotonic() + PATIENCE
        for place, command in enumerate(commands):
            assert self.engine.submit(command, deadline, place)
        run_lanes(self.engine)
        return [self._answers[place] for place in range(len(commands))]

    def close(self) -> None:
        """Close the connections."""
        close_lanes(self.engine)

    def _take(self, delivery: Delivery) -> None:
        for outcome in delivery.outcomes:
            assert outcome.answer is not None
            self._answers[outcome.work.token] = outcome.answer
