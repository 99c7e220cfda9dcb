"""The engine of one process: lanes behind queues, and the choice of a lane for each command."""

from __future__ import annotations

from offline_collect.domain.answers import Answer
from offline_collect.domain.commands import Command
from offline_collect.domain.ports import Clock
from offline_collect.engine.lane_choice import by_name, lane_names, route
from offline_collect.engine.lane_set import LaneEnds, LaneMaker
from offline_collect.engine.queue import WorkQueue
from offline_collect.engine.work import LANE_CHECK, NO_ORIGIN, Deliver, Origin, Work


class Engine:
    """Decides commands on threads of this process.

    Args:
        maker: makes the lanes.
        deliver: called with each batch's outcomes, from the lane's thread.
    """

    def __init__(self, maker: LaneMaker, deliver: Deliver) -> None:
        settings = maker.settings
        self._clock: Clock = maker.clock
        self._queues = lane_names(settings).map(lambda _: WorkQueue(settings.queue_max))
        self._lanes = maker.make(self._queues.map(lambda queue: LaneEnds(queue, deliver)))

    def start(self) -> None:
        """Start every lane."""
        self._lanes.start()

    def submit(self, command: Command, deadline: float, token: object, origin: Origin = NO_ORIGIN) -> bool:
        """Submit a command; False when its lane's queue is full or the engine stops.

        Args:
            deadline: monotonic seconds after which it must not be decided.
            token: returned with the answer.
            origin: where it comes from.
        """
        work = Work(command, deadline, self._clock.monotonic(), token, origin)
        return route(self._queues, command).put(work)

    @property
    def names(self) -> list[str]:
        """The lanes' names."""
        return list(by_name(self._queues))

    def check(self, name: str, deadline: float, token: object) -> bool:
        """Ask a lane whether it can decide commands now; False when its queue is full or the engine stops."""
        work = Work(LANE_CHECK, deadline, self._clock.monotonic(), token)
        return by_name(self._queues)[name].put(work)

    def refusal(self, command: Command) -> Answer | None:  # noqa: ARG002 - threads of this process are not stopped alone
        """Return None: the sweep answers commands that wait too long."""
        return None

    def flush(self) -> None:
        """Do nothing: lanes take a command the moment they are free."""

    def sweep(self) -> None:
        """Answer commands that wait past their deadline; call it a few times a second."""
        self._lanes.sweep()

    def close(self) -> None:
        """Accept no more commands; waiting ones are still decided."""
        for queue in self._queues:
            queue.close()

    def join(self, timeout_s: float) -> bool:
        """Wait until every lane has ended, ``timeout_s`` at most; return whether all have."""
        return self._lanes.join(timeout_s)

    @property
    def depth(self) -> int:
        """How many commands wait."""
        return sum(len(queue) for queue in self._queues)
