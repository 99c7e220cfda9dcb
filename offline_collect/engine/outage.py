"""A lane's outage: commands get 91 at once, and the store is tried at intervals."""

from __future__ import annotations

import logging

from offline_collect.domain.answers import Answer
from offline_collect.domain.ports import Cause, Clock, Observer, StoreError
from offline_collect.engine.work import unavailable

_log = logging.getLogger(__name__)

TRY_EVERY_S = 1.0
"""How long the store is not tried after a failure: each attempt would make commands wait."""

PROVED_FOR_S = 15.0
"""After a command has failed, how long only committed commands can end the outage.

A check writes very little: it may succeed on a disk that is too full for a batch of payments.
"""


class Outage:
    """Why a lane's commands cannot be decided, if they cannot.

    The lane's thread changes it; the thread that sweeps its queue reads it.

    Attributes:
        cause: None while commands are decided.
        detail: the store's error, for operators; empty while commands are decided.
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
        """The immediate answer to commands; None while they are decided."""
        cause = self.cause
        return None if cause is None else unavailable(cause)

    @property
    def waits(self) -> bool:
        """Whether it is too early to try the store."""
        return self.cause is not None and self._clock.monotonic() < self._try_at

    def met(self, error: StoreError) -> None:
        """Record that commands could not be decided."""
        self._only_commands_until = self._clock.monotonic() + PROVED_FOR_S
        self._begin(error)

    def found(self, error: StoreError) -> None:
        """Record that a check has failed."""
        self._begin(error)

    def checked(self) -> None:
        """Record a successful check: the outage is over unless commands have failed lately."""
        if self._clock.monotonic() >= self._only_commands_until:
            self.end()

    def end(self) -> None:
        """Record that commands are decided."""
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
