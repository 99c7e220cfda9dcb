"""A lane's outage: while nothing can be decided, commands get 91 at once, and the store is tried now and then."""

from __future__ import annotations

import logging

from offline_collect.domain.answers import Answer
from offline_collect.domain.ports import Cause, Clock, Observer, StoreError
from offline_collect.engine.work import unavailable

_log = logging.getLogger(__name__)

TRY_EVERY_S = 1.0
"""How long nothing is tried after the store has failed: meanwhile it would only keep commands waiting."""

PROVED_FOR_S = 15.0
"""How long only commands that are committed can end an outage that commands have met.

A check writes next to nothing: it may find room on a disk that has none for a batch of payments.
"""


class Outage:
    """Why a lane's commands cannot be decided, if they cannot.

    The lane's thread changes it; the thread that sweeps its queue reads it.

    Attributes:
        cause: None while commands are decided.
        detail: what the store has said, for operators; empty while commands are decided.
    """

    def __init__(self, lane: str, clock: Clock, observer: Observer) -> None:
        self._lane = lane
        self._clock = clock
        self._observer = observer
        self._try_at = 0.0
        self._only_commands_until = 0.0
        self.cause: Cause | None = None
        self.detail = ""

    @property
    def answer(self) -> Answer | None:
        """What commands get at once; None while they are decided."""
        cause = self.cause
        return None if cause is None else unavailable(cause)

    @property
    def waits(self) -> bool:
        """Whether nothing is to be tried yet."""
        return self.cause is not None and self._clock.monotonic() < self._try_at

    def met(self, error: StoreError) -> None:
        """Take note that commands could not be decided."""
        self._only_commands_until = self._clock.monotonic() + PROVED_FOR_S
        self._begin(error)

    def found(self, error: StoreError) -> None:
        """Take note that a check has failed."""
        self._begin(error)

    def checked(self) -> None:
        """Take note of a check without fault: the outage is over unless commands have met it lately."""
        if self._clock.monotonic() >= self._only_commands_until:
            self.end()

    def end(self) -> None:
        """Take note that commands are decided."""
        if self.cause is None:
            return
        _log.info("lane %s decides commands again; it could not: %s", self._lane, self.detail)
        self.cause, self.detail, self._only_commands_until = None, "", 0.0
        self._observer.outage(self._lane, None)

    def _begin(self, error: StoreError) -> None:
        self._try_at = self._clock.monotonic() + TRY_EVERY_S
        before, self.detail = self.cause, str(error)
        self.cause = error.cause
        if self.cause is not before:
            _log.error("lane %s cannot decide commands; they get 91 until it can: %s", self._lane, error)
            self._observer.outage(self._lane, self.cause)
