"""Finds exactly which lookup keys occur more than once, in memory that does not grow with their number.

The keys are read twice. The first pass counts them in a table, by a part of their digest.
In the second pass, keys with a count of one are known to be unique, and only the few others are kept.
"""

from __future__ import annotations

_DIGITS = 6
"""Hex digits of a key that give its place in the table: 16 MiB."""

_MANY = 2

KEPT_MAX = 100_000
"""The most keys that are kept in the second pass, because their place was counted more than once."""


class SharedKeys:
    """Counts keys, then finds the first owner of each repeated key.

    Attributes:
        doubtful: whether any place was counted more than once; if not, the second pass is not needed.
        complete: False once the limit of kept keys is exceeded: some repeated keys are then not reported.
    """

    def __init__(self) -> None:
        self._counts = bytearray(16**_DIGITS)
        self._first: dict[str, str] = {}
        self.doubtful = False
        self.complete = True

    def count(self, key: str) -> None:
        """Count a key, in the first pass."""
        place = int(key[:_DIGITS], 16)
        if self._counts[place]:
            self.doubtful = True
            self._counts[place] = _MANY
        else:
            self._counts[place] = 1

    def first_with(self, key: str, owner: str) -> str | None:
        """Return the first owner of a key, in the second pass; None if that is ``owner``."""
        if self._counts[int(key[:_DIGITS], 16)] < _MANY:
            return None
        if key not in self._first and len(self._first) == KEPT_MAX:
            self.complete = False
            return None
        first = self._first.setdefault(key, owner)
        return None if first == owner else first
