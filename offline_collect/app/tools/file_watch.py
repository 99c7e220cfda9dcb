"""Looks into the inbox again and again until it is told to stop."""

from __future__ import annotations

from collections.abc import Callable

from offline_collect.app.tools.rounds import Stop, keep_doing
from offline_collect.domain.ports import Clock
from offline_collect.settlement.incoming_files import Inbox, IncomingFile
from offline_collect.store import StoreError


def watch(
    inbox: Inbox,
    clock: Clock,
    every_s: float,
    stop: Stop,
    *,
    tell: Callable[[IncomingFile], None],
    tell_away: Callable[[StoreError], None],
) -> None:
    """Take files until `stop` is set; a file that is being taken is finished first.

    Args:
        every_s: seconds between two looks.
        tell: shows what was done.
        tell_away: shows that the store is away: what waits is taken when it is back.

    Raises:
        FileError: a folder cannot be read, or written to.
    """

    def look() -> bool:
        for found in inbox.take(clock.now()):
            tell(found)
            if stop.is_set():
                return True
        return False

    keep_doing(look, every_s, stop, tell_away)
