"""A lane: one thread, one connection, everything that waits as one batch."""

from __future__ import annotations

import logging
import threading

from offline_collect.domain.ports import Clock, Observer
from offline_collect.engine.queue import LaneQueue
from offline_collect.engine.recovery import Recovery
from offline_collect.engine.work import TOO_LATE, Deliver, Delivery, Outcome, Work

_log = logging.getLogger(__name__)


class Lane:
    """Takes what waits the moment it is free, decides it and delivers the answers."""

    def __init__(
        self,
        name: str,
        queue: LaneQueue,
        recovery: Recovery,
        batch_max: int,
        clock: Clock,
        observer: Observer,
        deliver: Deliver,
    ) -> None:
        self.name = name
        self.queue = queue
        self._recovery = recovery
        self._batch_max = batch_max
        self._clock = clock
        self._observer = observer
        self._deliver = deliver
        self._thread = threading.Thread(target=self._run, name=f"lane-{name}", daemon=True)

    def start(self) -> None:
        """Begin to take work."""
        self._thread.start()

    def join(self, timeout_s: float) -> bool:
        """Wait for the lane's end after its queue was closed; whether it has ended."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def sweep(self) -> None:
        """Answer what waits past its deadline."""
        late = self.queue.expired(self._clock.monotonic())
        if late:
            self._deliver(Delivery([Outcome(work, TOO_LATE) for work in late], None))

    def turn(self) -> bool:
        """Wait for work and see one batch of it through; False once the queue is closed and drained."""
        works = self.queue.take(self._batch_max)
        if not works:
            return False
        self._observer.queued(self.name, len(self.queue))
        self._deliver(Delivery(self._outcomes(works), self._recovery.open_day))
        return True

    def _run(self) -> None:
        while self.turn():
            pass
        self._recovery.close()

    def _outcomes(self, works: list[Work]) -> list[Outcome]:
        try:
            return self._recovery.run(works)
        except Exception:  # noqa: BLE001 - the lane outlives its faults; only silence is true then
            _log.exception("a lane failed; %d commands stay unanswered", len(works))
            return [Outcome(work, None) for work in works]
