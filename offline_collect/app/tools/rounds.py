"""Does the same work again and again until it is told to stop: looking into an inbox, sending notices."""

from __future__ import annotations

import signal
from collections.abc import Callable
from threading import Event

from offline_collect.store import StoreError

LONGEST_PAUSE_S = 300
"""The longest pause while the store is away; it begins with the usual one and doubles."""


def keep_doing(
    work: Callable[[], bool], every_s: float, stop: Event, tell_away: Callable[[StoreError], None]
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


def stopped_by_signals() -> Event:
    """Return an event that SIGTERM and Ctrl-C set."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
