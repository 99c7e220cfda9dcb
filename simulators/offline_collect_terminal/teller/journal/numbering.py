"""Trace numbers and times that a terminal never uses twice, even after restarts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from offline_collect_terminal.teller.journal.journal import STAN_BLOCK, Journal
from offline_collect_terminal.wire.stamps import Stamps


class Numbering:
    """Stamps messages with numbers of the journal's blocks.

    Args:
        stamps: returns stamps with STANs after a number.
    """

    def __init__(self, journal: Journal, stamps: Callable[[int], Stamps]) -> None:
        self._journal = journal
        self._make = stamps
        self._stamps: Stamps | None = None
        self._left = 0

    def next(self) -> Mapping[str, str]:
        """Return the variables of the next message.

        Raises:
            JournalError: a new block of numbers cannot be written.
        """
        if not self._left or self._stamps is None:
            self._stamps = self._make(self._journal.take_stans())
            self._left = STAN_BLOCK
        self._left -= 1
        return self._stamps.next()
