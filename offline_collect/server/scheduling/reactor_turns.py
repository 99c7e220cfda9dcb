"""The reactor's turns: how long ago all sockets had been looked at before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from offline_collect.domain.ports import Clock


class ReactorTurns:
    """Measures the reactor's turns.

    A reactor looks at all sockets, does what there is to do, and looks again. What it reads may have come at any
    time since it looked before, and then waited for as long as the turn before took. A reactor with nothing to
    do waits for the sockets: what it reads then has just come.

    Attributes:
        spent: seconds that frames were handled in this turn; the code that handles them adds to it.
    """

    def __init__(self, clock: Clock) -> None:
        self._monotonic = clock.monotonic
        self._began: float | None = None
        self._last = 0.0
        self.spent = 0.0

    def watch(self, reactor: Any) -> None:
        """Be told by Twisted's reactor when it looks at the sockets; call it before the reactor runs."""
        look: Callable[[Any], None] = reactor.doIteration

        def told_look(delay: Any) -> None:
            self.ended()
            look(delay)

        reactor.doIteration = told_look

    def ended(self) -> None:
        """Take note that all that there was to do is done, and the sockets are looked at."""
        self._last = 0.0 if self._began is None else self._monotonic() - self._began
        self._began = None
        self.spent = 0.0

    def note_work(self) -> None:
        """Take note that work begins; the first time in a turn is when the turn begins."""
        if self._began is None:
            self._began = self._monotonic()

    def read_after(self) -> float:
        """Return the time since which what is read now has come: this turn's begin, less the last turn's length."""
        if self._began is None:
            self._began = self._monotonic()
        return self._began - self._last
