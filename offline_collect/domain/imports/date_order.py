"""Which part of dates that end in their year is the day: 25/12/2030 proves it for all of a column."""

from __future__ import annotations

import re
from collections.abc import Iterable

_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2\d{4}(?:\s.*)?")
_MONTHS = 12


def date_order(texts: Iterable[str]) -> str | None:
    """Return ``DMY`` or ``MDY`` for a column of dates that end in their year; None if not all do, or nothing proves it.

    Where a spreadsheet has turned some of them into its own dates, it may have taken the day for the month: of such a
    column nothing is known.
    """
    found = [_YEAR_LAST.fullmatch(text) for text in texts]
    if not found or None in found:
        return None
    pairs = [(int(each[1]), int(each[3])) for each in found if each]
    first, second = max(one for one, _ in pairs), max(other for _, other in pairs)
    if first > _MONTHS >= second:
        return "DMY"
    return "MDY" if second > _MONTHS >= first else None
