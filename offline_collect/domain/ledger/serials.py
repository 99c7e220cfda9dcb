"""Serial numbers: the business date YYYYMMDD and a number of 12 digits; the number's first digit is its epoch.

Numbers come from a counter in the store. A store that is restored from a backup has an older counter and would give
out the same numbers again, so it continues in the next epoch.
"""

from __future__ import annotations

DATE_DIGITS = 8
"""Digits of the business date, before the number."""

NUMBER_DIGITS = 12

EPOCH_SIZE = 100_000_000_000
"""How many numbers one epoch has."""

NUMBERS_END = 10 * EPOCH_SIZE
"""The first number with too many digits."""


def number_of(serial_number: str) -> int:
    """Return the number in a serial number, without its business date."""
    return int(serial_number[DATE_DIGITS:])


def epoch_of(number: int) -> int:
    """Return a number's epoch, 0 to 9."""
    return number // EPOCH_SIZE


def next_epoch(next_number: int, last_used: int) -> int | None:
    """Return the first number of the first unused epoch; None if all epochs are used.

    Args:
        next_number: the counter's next number.
        last_used: the highest number in the store; the counter may be behind it.
    """
    first = (epoch_of(max(next_number, last_used)) + 1) * EPOCH_SIZE
    return first if first < NUMBERS_END else None
