"""Long lists, a page at a time: a page begins after the last row of the page before (no OFFSET, no counting)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from offline_collect.console.plain_text import read_json
from offline_collect.console.visit import Visit

Row = TypeVar("Row")
_NUMBER_MAX = 2**63 - 1
"""The largest number that a database compares with."""

ROWS = 50
"""Rows of a page."""


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """One page of a list.

    Attributes:
        first: address of the first page; None on it.
        following: address of the next page; None on the last one.
        read_to: what the page has read to, if it ended before it was full; None otherwise.
    """

    rows: Sequence[Row]
    first: str | None
    following: str | None
    read_to: str | None = None


def place_of(visit: Visit, first: Any) -> Any:
    """Return the place after which the page begins: a JSON value from the address, or ``first``."""
    text = visit.query.get("after")
    if text is None:
        return first
    place = read_json(text)
    return place if _alike(place, first) else first


def _alike(place: Any, first: Any) -> bool:
    """Whether a place has the form of the first one: nobody else's text reaches a query."""
    if isinstance(first, list):
        return isinstance(place, list) and len(place) == len(first) and all(map(_alike, place, first))
    return type(place) is type(first) and (not isinstance(place, int) or abs(place) <= _NUMBER_MAX)


def listing_to(
    visit: Visit, rows: Sequence[Row], following: Any | None, read_to: str | None = None
) -> Listing[Row]:
    """Return one page of a list whose use case names the place of the next one.

    Args:
        following: this place, as a JSON value; None on the last page.
        read_to: what a search has read to that was ended before its page was full; None otherwise.
    """
    after = None if following is None else json.dumps(following, ensure_ascii=False)
    return Listing(
        rows,
        visit.address_with(after=None) if "after" in visit.query else None,
        visit.address_with(after=after) if after is not None else None,
        read_to,
    )


def listing(
    visit: Visit, found: Sequence[Row], place: Callable[[Row], Any], rows: int = ROWS
) -> Listing[Row]:
    """Return one page of a list.

    Args:
        visit: the request.
        found: the rows after the page's place, one more than the page shows if there are more.
        place: the place of a row, as a JSON value.
        rows: how many the page shows.
    """
    shown = found[:rows]
    more = len(found) > rows
    return listing_to(visit, shown, place(shown[-1]) if more else None)
