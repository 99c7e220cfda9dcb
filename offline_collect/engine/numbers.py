"""Serial numbers in blocks, so that lanes do not contend for the counter at each payment."""

from __future__ import annotations

from offline_collect.domain.ports import Session

BLOCK = 10_000


class NumberBlock:
    """Gives out the numbers of a block that was taken in a separate transaction; gaps are allowed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._next = 0
        self._end = 0

    def take(self, count: int) -> int:
        """Return the first of ``count`` consecutive numbers.

        Raises:
            StoreError: a new block was needed and could not be taken.
        """
        if self._end - self._next < count:
            size = max(count, BLOCK)
            self._next = self._session.reserve_numbers(size)
            self._end = self._next + size
        first = self._next
        self._next += count
        return first
