"""What the server said last, for pages that do not wait for it: asking takes seconds when no server answers."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock, Thread

from offline_collect.console.link_desk import RunningServer

KEPT_S = 10.0
"""How old its answer may be before it is asked again."""

WAIT_S = 0.1
"""How long a page waits for the first answer."""


class ServerKept:
    """The last answer of the server; one thread asks at a time.

    Args:
        ask: asks the server; it must not fail, but says why no server was heard.
        monotonic: the machine's monotonic seconds.
        begin: runs the asking beside the caller, and may return before it has ended.
    """

    def __init__(
        self,
        ask: Callable[[], RunningServer],
        monotonic: Callable[[], float],
        begin: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        self._ask = ask
        self._monotonic = monotonic
        self._begin = begin or _in_a_thread
        self._changing = Lock()
        self._asks = False
        self._heard = Event()
        self._answer: RunningServer | None = None
        self._asked_at = 0.0

    def last(self) -> RunningServer | None:
        """Return what the server said, perhaps some seconds ago; None while it is asked for the first time."""
        with self._changing:
            old = self._answer is None or self._monotonic() - self._asked_at >= KEPT_S
            asks = old and not self._asks
            self._asks = self._asks or asks
        if asks:
            self._begin(self._hear)
        if self._answer is None:
            self._heard.wait(WAIT_S)
        return self._answer

    def _hear(self) -> None:
        try:
            answer = self._ask()
        finally:
            with self._changing:
                self._asks = False
        with self._changing:
            self._answer, self._asked_at = answer, self._monotonic()
        self._heard.set()


def _in_a_thread(work: Callable[[], None]) -> None:
    # Nobody waits for it when the console ends: it only asks.
    Thread(target=work, name="server", daemon=True).start()
