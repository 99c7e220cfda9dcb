"""Does the same work again and again until it is told to stop: looking into an inbox, sending notices."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable
from typing import Protocol

from offline_collect.store import StoreError

LONGEST_PAUSE_S = 300
"""The longest pause while the store is away; it begins with the usual one and doubles."""


class Stop(Protocol):
    """Whether somebody has asked for the end; ``threading.Event`` is one, but not for handlers of signals."""

    def is_set(self) -> bool:
        """Whether it was asked for."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is asked for, at most some seconds; return whether it was."""
        ...


def keep_doing(
    work: Callable[[], bool], every_s: float, stop: Stop, tell_away: Callable[[StoreError], None]
) -> None:
    """Do rounds until ``stop`` is set; one that has begun is finished first.

    Args:
        work: does one round; returns whether the next is to follow at once.
        every_s: seconds between two rounds.
        tell_away: shows that the store is away; the next round comes when it is back.
    """
    pause = every_s
    while not stop.is_set():
        try:
            follows = work()
            pause = every_s
            if follows:
                continue
        except StoreError as error:
            tell_away(error)
            pause = min(2 * pause, LONGEST_PAUSE_S)
        stop.wait(pause)


def stopped_by_signals() -> Stop:
    """Return a stop for which SIGTERM and Ctrl-C ask."""
    stop = _BySignal()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.ask())
    return stop


class _BySignal:
    """A stop for which a handler of signals may ask at any moment.

    It has no lock: the handler runs in the thread that waits, and would wait for itself for ever if that has just taken
    the lock of an event.
    """

    def __init__(self) -> None:
        self._asked = False
        self._wakes, self._waking = os.pipe()
        os.set_blocking(self._waking, False)

    def ask(self) -> None:
        """Ask for the end."""
        if not self._asked:
            self._asked = True
            os.write(self._waking, b".")

    def is_set(self) -> bool:
        """See :class:`Stop`."""
        return self._asked

    def wait(self, timeout: float | None = None) -> bool:
        """See :class:`Stop`; what has been asked for ends each wait at once."""
        select.select([self._wakes], [], [], timeout)
        return self._asked
