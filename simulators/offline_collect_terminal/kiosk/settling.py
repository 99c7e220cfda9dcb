"""Settles payments without an answer in the background, one attempt after the other, with longer and longer pauses."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from offline_collect.translations import Language
from offline_collect_terminal.errors import BusyError
from offline_collect_terminal.kiosk.terminal import KioskTerminal
from offline_collect_terminal.teller.journal.entries import Entry
from offline_collect_terminal.teller.screen.steps import Steps
from offline_collect_terminal.teller.tasks.session import Session
from offline_collect_terminal.teller.tasks.settle_alone import settle_once

_log = logging.getLogger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 60.0
LOOK_EVERY_S = 1.0


@dataclass(slots=True)
class _Attempts:
    """When the next attempt is due, and how long the pause before the one after it is."""

    due: float
    pause_s: float = FIRST_PAUSE_S


class Settling:
    """The payments of the journal that have no answer.

    Args:
        clock: seconds, monotonic.
    """

    def __init__(self, terminal: KioskTerminal, clock: Callable[[], float]) -> None:
        self._terminal = terminal
        self._clock = clock
        self._attempts: dict[int, _Attempts] = {}

    async def step(self) -> Entry | None:
        """Make the attempt that is due longest; return what it found out, or None if none is due."""
        result = await self._terminal.run(Language.EN, self._settle_due)
        return result.value

    async def run(self) -> None:
        """Make attempts until this is cancelled."""
        while True:
            try:
                settled = await self.step()
            except BusyError:
                settled = None
            except Exception:  # noqa: BLE001 - the next attempt may succeed, and payers wait for it
                _log.exception("settling failed; it is tried again")
                settled = None
            if settled is None:
                await asyncio.sleep(LOOK_EVERY_S)

    def _settle_due(self, session: Session) -> Steps[Entry | None]:
        """Settle one payment; in the terminal's thread, so that no payment is in progress meanwhile."""
        now = self._clock()
        ours = [entry for entry in session.journal.unresolved if entry.platform == session.terminal.platform]
        self._attempts = {
            entry.number: self._attempts.get(entry.number, _Attempts(now + FIRST_PAUSE_S)) for entry in ours
        }
        due = [entry for entry in ours if self._attempts[entry.number].due <= now]
        if not due:
            return None
        entry = min(due, key=lambda each: self._attempts[each.number].due)
        settled = yield from settle_once(session, entry)
        attempts = self._attempts[entry.number]
        pause_s = attempts.pause_s
        self._attempts[entry.number] = _Attempts(self._clock() + pause_s, min(2 * pause_s, LONGEST_PAUSE_S))
        return settled
