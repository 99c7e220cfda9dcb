"""Times a stage over many messages, to report to an observer once for a batch instead of for each message."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from offline_collect.domain.ports import Clock
from offline_collect.server.observer import LinkObserver

P = ParamSpec("P")
T = TypeVar("T")


class StageTimer:
    """Sums up the time of one stage.

    Args:
        stage: its name (decode, encode).
    """

    def __init__(self, stage: str, clock: Clock) -> None:
        self._stage = stage
        self._monotonic = clock.monotonic
        self._seconds = 0.0
        self._messages = 0

    def timed(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do one message's work and add its time."""
        started = self._monotonic()
        done = work(*args, **kwargs)
        self._seconds += self._monotonic() - started
        self._messages += 1
        return done

    def tell(self, observer: LinkObserver) -> None:
        """Report the sum since the last call."""
        if self._messages:
            observer.stage(self._stage, self._seconds, self._messages)
            self._seconds, self._messages = 0.0, 0
