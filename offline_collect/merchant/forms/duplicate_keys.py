"""Which of any number of lookup keys come more than once, exactly, in memory that does not grow with them.

The keys are gone through twice. The first time they are only counted, in a table by a part of their digest;
the second time those whose count is one are known to be alone, and few of the others have to be kept.
"""

from __future__ import annotations

_DIGITS = 6
"""Hex digits of a key that name its place in the table: 16 MiB."""

_MANY = 2

KEPT_MAX = 100_000
"""Keys that are kept the second time, because their place was counted more than once."""


class SharedKeys:
    """Counts keys, then tells who had a key first.

    Attributes:
        doubtful: whether any place was counted more than once; if not, nobody has to go on to the second time.
        complete: False once more keys would have had to be kept than there may be: some are not told then.
    """

    def __init__(self) -> None:
        self._counts = bytearray(16**_DIGITS)
        self._first: dict[str, str] = {}
        self.doubtful = False
        self.complete = True

    def count(self, key: str) -> None:
        """Count a key, the first time that all are gone through."""
        place = int(key[:_DIGITS], 16)
        if self._counts[place]:
            self.doubtful = True
            self._counts[place] = _MANY
        else:
            self._counts[place] = 1

    def first_with(self, key: str, owner: str) -> str | None:
        """Return who came first with a key, the second time; None if that is ``owner``."""
        if self._counts[int(key[:_DIGITS], 16)] < _MANY:
            return None
        if key not in self._first and len(self._first) == KEPT_MAX:
            self.complete = False
            return None
        first = self._first.setdefault(key, owner)
        return None if first == owner else first
