"""A lane: one thread and one connection; it decides all waiting commands as one batch."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Sequence

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.ports import Cause, Clock, Observer
from offline_collect.engine.queue import LaneQueue
from offline_collect.engine.retry import RetryingRunner
from offline_collect.engine.work import TOO_LATE, Deliver, Delivery, LaneCheck, Outcome, Work, unavailable

_log = logging.getLogger(__name__)

HELD_RETRY_S = 0.02
"""How often held commands are tried again while no others arrive."""

HELD_UP_S = 5.0
"""How long a batch may take before the commands behind it are answered without a decision."""

_HELD_UP = decline(
    ResponseCode.UNAVAILABLE, Cause.LANES, "it is held up in a batch: the database or its disk is slow"
)


class Lane:
    """Takes the waiting commands as soon as it is free, decides them and delivers the answers.

    Args:
        pause: sleeps for that many seconds.
    """

    def __init__(
        self,
        name: str,
        queue: LaneQueue,
        retrying: RetryingRunner,
        batch_max: int,
        clock: Clock,
        observer: Observer,
        deliver: Deliver,
        pause: Callable[[float], None],
    ) -> None:
        self.name = name
        self.queue = queue
        self._retrying = retrying
        self._batch_max = batch_max
        self._clock = clock
        self._observer = observer
        self._deliver = deliver
        self._pause = pause
        self._began: float | None = None
        self._thread = threading.Thread(target=self._run, name=f"lane-{name}", daemon=True)

    def start(self) -> None:
        """Begin to take work."""
        self._thread.start()

    def join(self, timeout_s: float) -> bool:
        """Wait for the lane's end after its queue was closed; whether it has ended."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def sweep(self) -> None:
        """Answer commands that wait past their deadline.

        In an outage, while the lane tries the store, answer all waiting commands; likewise behind a batch that
        the store delays.
        """
        now = self._clock.monotonic()
        refusal = self._retrying.outage.answer or self._held_up(now)
        waiting = self.queue.expired(now if refusal is None else math.inf)
        if waiting:
            outcomes = [Outcome(work, _swept(work, now, refusal)) for work in waiting]
            self._deliver(Delivery(outcomes, None))

    def turn(self) -> bool:
        """Wait for work and process one batch; False once the queue is closed and drained.

        Held commands go first; while there are any, the lane does not wait for new ones.
        """
        held = self._retrying.held
        taken = self.queue.take(self._batch_max - held, wait=not held)
        if not taken and not held:
            return False
        if taken:
            self._observer.queued(self.name, len(self.queue))
        else:
            self._pause(HELD_RETRY_S)
        self._began = self._clock.monotonic()
        try:
            self._see_through(taken)
        finally:
            self._began = None
        return True

    def _see_through(self, taken: Sequence[Work]) -> None:
        works = [work for work in taken if not isinstance(work.command, LaneCheck)]
        outcomes = self._outcomes(works) if works or self._retrying.held else []
        if outcomes:
            self._deliver(Delivery(outcomes, self._retrying.open_day))
        if len(works) < len(taken):
            self._answer_checks([work for work in taken if isinstance(work.command, LaneCheck)])

    def _held_up(self, now: float) -> Answer | None:
        began = self._began
        return None if began is None or now - began < HELD_UP_S else unavailable(Cause.LANES)

    def _answer_checks(self, checks: Sequence[Work]) -> None:
        answer = self._retrying.check()
        self._deliver(Delivery([Outcome(check, answer) for check in checks], self._retrying.open_day))

    def _run(self) -> None:
        while self.turn():
            pass
        self._retrying.close()

    def _outcomes(self, works: list[Work]) -> list[Outcome]:
        try:
            return self._retrying.run(works)
        except Exception:  # noqa: BLE001 - the lane continues; without an outcome, no answer would be true
            _log.exception("a lane failed; %d commands stay unanswered", len(works))
            return [Outcome(work, None) for work in works]


def _swept(work: Work, now: float, refusal: Answer | None) -> Answer:
    """Return the answer for a work that is removed from the queue without a decision."""
    if isinstance(work.command, LaneCheck):
        return _HELD_UP
    return TOO_LATE if refusal is None or work.deadline <= now else refusal
