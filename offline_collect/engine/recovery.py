"""What is done when a batch fails: decide again, find the culprit, or prove what a lost commit did."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from offline_collect.domain.answers import Answer
from offline_collect.domain.dates import BusinessDate
from offline_collect.domain.ports import (
    Clock,
    CommitUnknown,
    Conflict,
    Observer,
    Refused,
    StoreError,
    Unavailable,
)
from offline_collect.engine.batch import BatchRunner, PastDeadline
from offline_collect.engine.settings import EngineSettings
from offline_collect.engine.work import MALFUNCTION, TOO_LATE, UNAVAILABLE, Outcome, Work

_log = logging.getLogger(__name__)


class Recovery:
    """Runs batches to their end, whatever the store does.

    Args:
        lane: the lane's name, for the observer.
        pause: sleeps for that many seconds.
        jitter: returns a factor between 0 and 1.
    """

    def __init__(
        self,
        runner: BatchRunner,
        settings: EngineSettings,
        observer: Observer,
        lane: str,
        clock: Clock,
        pause: Callable[[float], None],
        jitter: Callable[[], float],
    ) -> None:
        self._runner = runner
        self._settings = settings
        self._observer = observer
        self._lane = lane
        self._clock = clock
        self._pause = pause
        self._jitter = jitter
        self.open_day: BusinessDate | None = None

    def run(self, works: Sequence[Work]) -> list[Outcome]:
        """Return an outcome for every work, in order where the batch stayed whole."""
        try:
            return self._with_retries(works)
        except CommitUnknown:
            self._runner.rollback()
            return self._prove(works)
        except (Unavailable, Conflict):
            return _all(works, UNAVAILABLE)
        except Refused as error:
            self._runner.rollback()
            return self._take_out(works, error)
        except StoreError as error:  # whatever else the store says, no command is to blame for it
            self._runner.rollback()
            _log.error("the store cannot serve: %s", error)
            return _all(works, UNAVAILABLE)
        except Exception as error:  # noqa: BLE001 - unforeseen: one command is to blame
            self._runner.rollback()
            return self._take_out(works, error)

    def close(self) -> None:
        """Give the lane's connection back; to be called from the lane's thread."""
        self._runner.close()

    def _once(self, works: Sequence[Work], *, proving: bool) -> list[Outcome]:
        decided = self._runner.run(works, proving=proving)
        self.open_day = decided.day
        self._observer.batch(self._lane, len(works), decided.stages)
        return decided.outcomes

    def _with_retries(self, works: Sequence[Work]) -> list[Outcome]:
        """Decide again from fresh facts after a collision; once more after a connection was found dead."""
        conflicts, reconnected = 0, False
        while True:
            try:
                return self._once(works, proving=False)
            except Conflict:
                self._runner.rollback()
                if conflicts == self._settings.conflict_retries:
                    raise
                self._observer.retried(self._lane, "conflict")
                self._wait(conflicts)
                conflicts += 1
            except Unavailable:
                self._runner.rollback()
                if reconnected:
                    raise
                reconnected = True
                self._observer.retried(self._lane, "reconnect")

    def _take_out(self, works: Sequence[Work], error: Exception) -> list[Outcome]:
        """Halve until the culprit stands alone; the first half ends wholly before the second begins."""
        if len(works) == 1:
            _log.error("the store refuses a command", exc_info=error)
            return _all(works, MALFUNCTION)
        self._observer.retried(self._lane, "culprit")
        middle = len(works) // 2
        return self.run(works[:middle]) + self.run(works[middle:])

    def _prove(self, works: Sequence[Work]) -> list[Outcome]:
        """Run the batch again with the same keys until what became of it is certain.

        Writing it again waits for the lost transaction or collides with it; until then nothing is said,
        neither 91 nor 96. What is proved undone but past its deadline is answered 68.
        """
        settled: list[Outcome] = []
        left = list(works)
        for attempt in range(self._settings.proof_retries):
            if not left:
                return settled
            self._observer.retried(self._lane, "commit_unknown")
            try:
                return settled + self._once(left, proving=True)
            except PastDeadline as past:
                self._runner.rollback()
                settled += _all(past.late, TOO_LATE)
                late = {id(work) for work in past.late}
                left = [work for work in left if id(work) not in late]
            except Exception as error:  # noqa: BLE001 - whatever it is, it proves nothing
                self._runner.rollback()
                _log.warning("the outcome of a commit is not known yet: %s", type(error).__name__)
                self._wait(attempt)
        _log.error("the outcome of a commit could not be proved; %d commands stay unanswered", len(left))
        return settled + _all(left, None)

    def _wait(self, attempt: int) -> None:
        longest = min(self._settings.pause_s * 2**attempt, self._settings.pause_max_s)
        self._pause(longest * (0.5 + self._jitter() / 2))


def _all(works: Sequence[Work], answer: Answer | None) -> list[Outcome]:
    return [Outcome(work, answer) for work in works]
