"""Retry after a failed batch: decide again, find the failing command, or prove the outcome of a lost commit."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Sequence

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.ports import (
    Cause,
    Clock,
    CommitUnknownError,
    ConflictError,
    LockTimeoutError,
    Observer,
    RefusedError,
    StoreError,
    UnavailableError,
)
from offline_collect.engine.batch import BatchRunner
from offline_collect.engine.errors import PastDeadlineError
from offline_collect.engine.outage import Outage
from offline_collect.engine.settings import EngineSettings
from offline_collect.engine.work import MALFUNCTION, TOO_LATE, Outcome, Work, unavailable

_log = logging.getLogger(__name__)

SKIP_FOR_S = 30.0
"""How long locks are skipped after another session was found to hold some."""

CHECKED_FOR_S = 5.0
"""How long after a commit a lane counts as able to commit; a failed commit ends that at once."""

CHECKED_AGAIN_S = 1.0
"""How long the result of a check is used again, so that frequent questions do not all write to the store."""

_SERVES = Answer(ResponseCode.APPROVED)


class RetryingRunner:
    """Runs batches to their end, also if the store fails.

    Args:
        lane: the lane's name, for the observer.
        pause: sleeps for that many seconds.
        jitter: returns a factor between 0 and 1.

    Attributes:
        open_day: the open business date of the last batch.
        outage: why commands are not decided, if they are not.
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
        self._held: list[Work] = []
        self._held_names: set[Hashable] = set()
        self._skip_until: float | None = None
        self._serves_until: float | None = None
        self.outage = Outage(lane, clock, observer)
        self.open_day: BusinessDate | None = None

    @property
    def held(self) -> int:
        """How many works are held back: they go first in the next batch, which is to come soon."""
        return len(self._held)

    def run(self, works: Sequence[Work]) -> list[Outcome]:
        """Return the outcomes, in order unless the batch was split.

        Works that need rows locked by another session have none yet: they are held back until the next batch.
        """
        works = [*self._held, *works]
        self._held, self._held_names = [], set()
        if self.outage.waits:
            return self._refused(works)
        return self._run(works)

    def check(self) -> Answer:
        """Return whether a batch could be decided now; one that cannot be says why in its reason."""
        if self.outage.cause is None and self._served_lately:
            return _SERVES
        if not self.outage.waits:
            try:
                self._runner.check()
            except StoreError as error:
                self._runner.rollback()
                if isinstance(error, ConflictError):
                    return decline(ResponseCode.UNAVAILABLE, error.cause, str(error))
                self.outage.found(error)
            except Exception as error:  # noqa: BLE001 - an unexpected one must not end the lane
                self._runner.rollback()
                _log.exception("the check of lane %s failed", self._lane)
                reason = f"its check failed unexpectedly ({type(error).__name__}); the log says more"
                return decline(ResponseCode.UNAVAILABLE, Cause.LANES, reason)
            else:
                self._serves_until = self._clock.monotonic() + CHECKED_AGAIN_S
                self.outage.checked()
        cause = self.outage.cause
        return _SERVES if cause is None else decline(ResponseCode.UNAVAILABLE, cause, self.outage.detail)

    def close(self) -> None:
        """Give the lane's connection back; to be called from the lane's thread."""
        self._runner.close()

    @property
    def _served_lately(self) -> bool:
        return self._serves_until is not None and self._clock.monotonic() < self._serves_until

    def _run(self, works: Sequence[Work]) -> list[Outcome]:
        try:
            return self._with_retries(works)
        except CommitUnknownError:
            self._runner.rollback()
            return self._prove(self._without_held(works))
        except LockTimeoutError:
            return _all(works, unavailable(Cause.BUSY)) if self._runner.writes else self._apart(works)
        except ConflictError:
            return _all(works, unavailable(Cause.BUSY))
        except RefusedError as error:
            self._runner.rollback()
            return self._take_out(works, error)
        except StoreError as error:  # other errors of the store are not caused by a command
            self._runner.rollback()
            self.outage.met(error)
            return self._refused(works)
        except Exception as error:  # noqa: BLE001 - unexpected: one command causes it
            self._runner.rollback()
            return self._take_out(works, error)

    def _once(self, works: Sequence[Work], *, proving: bool = False, skip: bool = False) -> list[Outcome]:
        decided = self._runner.run(works, proving=proving, behind=self._held_names if skip else None)
        self.open_day = decided.day
        if decided.outcomes:
            self._observer.batch(self._lane, len(decided.outcomes), decided.stages)
        if decided.held:
            self._hold(decided.held, decided.held_names)
        # A proved work was committed, now or before.
        if decided.effects or proving or not self._runner.writes:
            self._serves_until = self._clock.monotonic() + CHECKED_FOR_S
            self.outage.end()
        return decided.outcomes

    def _with_retries(self, works: Sequence[Work]) -> list[Outcome]:
        """Decide again from fresh facts: a bounded number of times after collisions, once after a lost connection.

        After a lock timeout, the batch continues without the works whose rows another session has locked.
        """
        late: list[Outcome] = []
        conflicts, reconnected = 0, self.outage.cause is not None
        while True:
            skip = self._skips
            try:
                return late + self._once(works, skip=skip)
            except ConflictError as error:
                self._runner.rollback()
                if isinstance(error, LockTimeoutError) and not skip:
                    self._skip_locked(error)
                elif conflicts == self._settings.conflict_retries:
                    raise
                else:
                    self._observer.retried(self._lane, "conflict")
                    self._wait(conflicts)
                    conflicts += 1
            except UnavailableError as error:
                self._runner.rollback()
                # A new connection would find the same full disk.
                if reconnected or error.cause is Cause.DISK_FULL:
                    raise
                reconnected = True
                self._observer.retried(self._lane, "reconnect")
            works, late = self._in_time(works, late)
            if not works:
                return late

    def _in_time(self, works: Sequence[Work], late: list[Outcome]) -> tuple[list[Work], list[Outcome]]:
        """Remove works that are now too late: deciding them again would delay the others."""
        now = self._clock.monotonic()
        past = [work for work in works if work.deadline <= now]
        return [work for work in works if work.deadline > now], late + _all(past, TOO_LATE)

    @property
    def _skips(self) -> bool:
        return self._skip_until is not None and self._clock.monotonic() < self._skip_until

    def _skip_locked(self, error: LockTimeoutError) -> None:
        """Skip locked rows from now on; a lane that only reads takes no locks."""
        if not self._runner.writes:
            raise error
        _log.warning(
            "lane %s: %s; commands that need rows locked by others are held back now", self._lane, error
        )
        self._observer.retried(self._lane, "locked")
        self._skip_until = self._clock.monotonic() + SKIP_FOR_S

    def _hold(self, held: Sequence[Work], names: set[Hashable]) -> None:
        self._held += held
        self._held_names = names
        self._skip_until = self._clock.monotonic() + SKIP_FOR_S

    def _without_held(self, works: Sequence[Work]) -> list[Work]:
        """Keep the works that the failed batch had held back: they were not part of the failed commit."""
        held = {id(work) for work in self._runner.held}
        self._held += self._runner.held
        return [work for work in works if id(work) not in held]

    def _refused(self, works: Sequence[Work]) -> list[Outcome]:
        cause = self.outage.cause
        return _all(works, unavailable(Cause.UNREACHABLE if cause is None else cause))

    def _take_out(self, works: Sequence[Work], error: Exception) -> list[Outcome]:
        """Halve until the failing command is alone; the first half ends completely before the second begins."""
        if len(works) == 1:
            _log.error("the store refuses a command", exc_info=error)
            return _all(works, MALFUNCTION)
        self._observer.retried(self._lane, "culprit")
        first, second = _halves(works)
        return self._run(first) + self._run(second)

    def _apart(self, works: Sequence[Work]) -> list[Outcome]:
        """Read again in parts, once: one slow command must not cost the others their answers."""
        self._observer.retried(self._lane, "slow")
        kinds: dict[type, list[Work]] = {}
        for work in works:
            kinds.setdefault(type(work.command), []).append(work)
        outcomes: list[Outcome] = []
        for part in kinds.values() if len(kinds) > 1 else _halves(works):
            asked, outcomes = self._in_time(part, outcomes)
            try:
                outcomes += self._once(asked) if asked else []
            except ConflictError as error:
                self._runner.rollback()
                _log.warning("lane %s: %d commands are answered 91: %s", self._lane, len(asked), error)
                outcomes += _all(asked, unavailable(Cause.BUSY))
            except StoreError as error:
                self._runner.rollback()
                self.outage.met(error)
                outcomes += self._refused(asked)
        return outcomes

    def _prove(self, works: Sequence[Work]) -> list[Outcome]:
        """Run the batch again with the same keys until its outcome is certain.

        Writing it again waits for the lost transaction or collides with it. Until then no answer is sent,
        neither 91 nor 96. Works that are proved undone but are past their deadline are answered 68.
        """
        proved: list[Outcome] = []
        left = list(works)
        for attempt in range(self._settings.proof_retries):
            if not left:
                return proved
            self._observer.retried(self._lane, "commit_unknown")
            try:
                return proved + self._once(left, proving=True)
            except PastDeadlineError as past:
                self._runner.rollback()
                proved += _all(past.late, TOO_LATE)
                late = {id(work) for work in past.late}
                left = [work for work in left if id(work) not in late]
            except Exception as error:  # noqa: BLE001 - no error proves anything
                self._runner.rollback()
                _log.warning("the outcome of a commit is not known yet: %s", type(error).__name__)
                if isinstance(error, (UnavailableError, CommitUnknownError)):
                    # Commands that wait meanwhile are answered 91.
                    self.outage.met(error)
                self._wait(attempt)
        _log.error("the outcome of a commit could not be proved; %d commands stay unanswered", len(left))
        return proved + _all(left, None)

    def _wait(self, attempt: int) -> None:
        longest = min(self._settings.pause_s * 2**attempt, self._settings.pause_max_s)
        self._pause(longest * (0.5 + self._jitter() / 2))


def _all(works: Sequence[Work], answer: Answer | None) -> list[Outcome]:
    return [Outcome(work, answer) for work in works]


def _halves(works: Sequence[Work]) -> tuple[Sequence[Work], Sequence[Work]]:
    middle = len(works) // 2
    return works[:middle], works[middle:]
