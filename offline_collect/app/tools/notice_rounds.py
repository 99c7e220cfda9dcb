"""Does a sender's rounds until it is told to stop."""

from __future__ import annotations

from collections.abc import Callable

from offline_collect.app.tools.rounds import Stop, keep_doing
from offline_collect.notify.ahead import SenderAhead
from offline_collect.notify.send import Round
from offline_collect.store import StoreError


def send_all(sender: SenderAhead, tell: Callable[[Round], None]) -> None:
    """Do rounds until there is nothing due, for cron and timers."""
    while not (done := sender.round()).idle:
        tell(done)


def keep_sending(
    sender: SenderAhead,
    every_s: float,
    stop: Stop,
    *,
    tell: Callable[[Round], None],
    tell_reports: Callable[[], None],
    tell_away: Callable[[StoreError], None],
) -> None:
    """Do rounds until ``stop`` is set; what is claimed is sent first.

    Args:
        every_s: seconds between two rounds, if there was nothing to do.
        tell: shows what a round did.
        tell_reports: shows what receivers have reported; comes after each round.
        tell_away: shows that the store is away.
    """

    def send() -> bool:
        done = sender.round()
        if not done.idle:
            tell(done)
        tell_reports()
        return not done.idle

    keep_doing(send, every_s, stop, tell_away)
    try:
        last = sender.finish()
    except StoreError as error:
        tell_away(error)
        return
    if last is not None:
        tell(last)
