"""Numbers that differ only in leading zeros, which spreadsheets lose and some programs add."""

from __future__ import annotations

PADDED_MAX = 20
"""No program pads numbers to more digits: it bounds what is looked for."""


def same_but_zeros(number: str) -> tuple[str, ...]:
    """Return the other numbers that differ from ``number`` only in leading zeros, shortest first."""
    if not (number.isascii() and number.isdigit()):
        return ()
    bare = number.lstrip("0") or "0"
    padded = (bare.zfill(width) for width in range(len(bare), max(len(bare), PADDED_MAX) + 1))
    return tuple([each for each in padded if each != number])
