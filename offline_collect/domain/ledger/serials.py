"""Serial numbers: the business date YYYYMMDD, then a number of 12 digits, the first of which is its epoch.

Numbers come from a counter in the store. A store that is restored from a backup has an earlier counter, and its
numbers would name other payments a second time, so it goes on in the next epoch.
"""

from __future__ import annotations

DATE_DIGITS = 8
"""Digits of the business date, before the number."""

NUMBER_DIGITS = 12

EPOCH_SIZE = 100_000_000_000
"""Numbers of one epoch."""

NUMBERS_END = 10 * EPOCH_SIZE
"""The first number that has too many digits."""


def number_of(serial_number: str) -> int:
    """Return the number in a serial number, without its business date."""
    return int(serial_number[DATE_DIGITS:])


def epoch_of(number: int) -> int:
    """Return a number's epoch, 0 to 9."""
    return number // EPOCH_SIZE


def next_epoch(next_number: int, last_used: int) -> int | None:
    """Return the first number of an epoch that has none of the numbers given out; None where all are used up.

    Args:
        next_number: what the counter would give out next.
        last_used: the highest number that stands in the store; a counter may be behind it.
    """
    first = (epoch_of(max(next_number, last_used)) + 1) * EPOCH_SIZE
    return first if first < NUMBERS_END else None
