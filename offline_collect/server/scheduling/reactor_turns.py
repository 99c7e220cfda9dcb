"""The reactor's turns: the time since the previous check of all sockets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from offline_collect.domain.ports import Clock


class ReactorTurns:
    """Measures the reactor's turns.

    A reactor checks all sockets, does its work, and checks again. The bytes that it reads may have arrived at any
    time since the previous check, and so have waited for up to one turn. An idle reactor waits for the sockets:
    the bytes that it reads then have just arrived.

    Attributes:
        spent: seconds spent on frames in this turn; the code that handles them adds to it.
        looking: whether sockets are being read, and :attr:`looked` is called after the last one.
        looked: called when all sockets that were ready have been read.
    """

    def __init__(self, clock: Clock) -> None:
        self._monotonic = clock.monotonic
        self._began: float | None = None
        self._last = 0.0
        self.spent = 0.0
        self.looking = False
        self.looked: Callable[[], None] = _nothing

    def watch(self, reactor: Any) -> None:
        """Observe when Twisted's reactor checks the sockets; call it before the reactor runs."""
        look: Callable[[Any], None] = reactor.doIteration

        def told_look(delay: Any) -> None:
            self.ended()
            self.looking = True
            try:
                look(delay)
            finally:
                self.looking = False
                self.looked()

        reactor.doIteration = told_look

    def ended(self) -> None:
        """Record that the turn's work is done and the sockets are checked."""
        self._last = 0.0 if self._began is None else self._monotonic() - self._began
        self._began = None
        self.spent = 0.0

    def note_work(self) -> None:
        """Record that work begins; the first call in a turn marks its beginning."""
        if self._began is None:
            self._began = self._monotonic()

    def read_after(self) -> float:
        """Return the earliest arrival time of bytes read now: this turn's start less the last turn's length."""
        if self._began is None:
            self._began = self._monotonic()
        return self._began - self._last


def _nothing() -> None:
    """Do nothing."""
