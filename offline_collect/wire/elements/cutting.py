"""Places in a text or in bytes that plans cut and check together."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def cutter(places: Sequence[Any]) -> Callable[[Any], Sequence[Any]]:
    """Return a function that takes what is at all places of a sequence: slices or indexes, at least one."""
    if len(places) > 1:
        return itemgetter(*places)
    (only,) = places
    return lambda whole: (whole[only],)


def joined_places(places: Sequence[slice], wanted: Sequence[bool]) -> Iterator[slice]:
    """Yield the wanted places, those that follow each other as one."""
    run: slice | None = None
    for place in (place for place, is_wanted in zip(places, wanted, strict=True) if is_wanted):
        if run is not None and run.stop == place.start:
            run = slice(run.start, place.stop)
            continue
        if run is not None:
            yield run
        run = place
    if run is not None:
        yield run
