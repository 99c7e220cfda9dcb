"""The lookup keys of a previewed file's rows, which are not in the store."""

from __future__ import annotations

from collections.abc import Iterable

_DIGITS = 16
"""Hex digits kept of a key: among a million keys, two share them in one file of thirty million."""


class FileLookups:
    """Lookup keys of good rows, each with its customer, and keys that changed customers release."""

    def __init__(self) -> None:
        self._first: dict[int, str] = {}
        self._given_up: set[tuple[int, str]] = set()

    def first(self, key: str) -> str | None:
        """Return the number of the first customer with a lookup key."""
        return self._first.get(_short(key))

    def gave_up(self, key: str, customer_no: str) -> bool:
        """Return whether a changed customer in the file no longer has a lookup key."""
        return (_short(key), customer_no) in self._given_up

    def take(self, customer_no: str, gained: Iterable[str], given_up: Iterable[str]) -> None:
        """Record a good row."""
        for key in gained:
            self._first.setdefault(_short(key), customer_no)
        self._given_up.update((_short(key), customer_no) for key in given_up)


def _short(key: str) -> int:
    return int(key[:_DIGITS], 16)
