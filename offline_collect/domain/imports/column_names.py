"""How a mapping names columns of a file that it does not name by their titles: by letters, and from one to another."""

from __future__ import annotations

import re

RANGE = "…"
"""Between the first and the last of several columns; three full stops are read as it."""

TABLE_COLUMNS_MAX = 256
"""A text is no column's letters if they stand for a later one: a table has no more columns."""

_LETTERS = re.compile("[A-Za-z]{1,2}")


def lettered_column(text: str) -> int | None:
    """Return the place in a sheet, from 0, that a column's letters say; None for another text."""
    if _LETTERS.fullmatch(text) is None:
        return None
    place = -1
    for letter in text.upper():
        place = (place + 1) * 26 + ord(letter) - ord("A")
    return place if place < TABLE_COLUMNS_MAX else None


def range_ends(text: str) -> tuple[str, str] | None:
    """Return what names the first and the last column of a range; None for the name of one column."""
    first, between, last = text.replace("...", RANGE).replace(RANGE * 2, RANGE).partition(RANGE)
    return (first.strip(), last.strip()) if between else None
