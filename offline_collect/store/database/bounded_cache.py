"""A cache of parsed rows with a bound in bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any

_ROW_BYTES = 1_000
_CHARACTER_BYTES = 5
"""Measured of merchants and forms: 4 to 5 bytes for each character of their documents, with the text itself."""


class BoundedCache:
    """Immutable values by key. Past its bound, those that were used longest ago go; threads may share it.

    Args:
        bytes_max: the bound of all values together, by an estimate of each.
    """

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._bytes = 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Any:
        """Return a value; None if it is not kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: Any, document: str) -> None:
        """Keep a value in place of the one that has its key; ``document`` is the text that it was parsed from."""
        size = _ROW_BYTES + _CHARACTER_BYTES * len(document)
        with self._lock:
            _, freed = self._kept.pop(key, (None, 0))
            self._kept[key] = (value, size)
            self._bytes += size - freed
            while self._bytes > self._bytes_max:
                _, (_, freed) = self._kept.popitem(last=False)
                self._bytes -= freed
