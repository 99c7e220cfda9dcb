"""Places in messages: an element's number, or a part of the layout in one: `48.bills.amount`.

A message's values by place are one mapping: those of its elements by number, those of parts by their whole address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard

from offline_collect.wire.dialects.dialect import LAST_ELEMENT

if TYPE_CHECKING:
    from offline_collect.wire.dialects.schema import Section

Place: TypeAlias = int | str

ByPlace: TypeAlias = Mapping[Any, str]
"""A message's values by place; its elements alone are such a mapping too, which types cannot say of keys."""

_FIRST_ELEMENT = 2
_PART = re.compile(r"([1-9][0-9]{0,2})\.(.+)")


def element_of(place: Place) -> int:
    """The number of the element that a place is in."""
    return place if isinstance(place, int) else int(place.partition(".")[0])


def part_of(place: Place) -> str:
    """The address of a part in its layout; '' for an element as a whole."""
    return "" if isinstance(place, int) else place.partition(".")[2]


def place_at(section: Section, key: int | str, value: object) -> Place:
    """Check that a value, or a key, is a place.

    Args:
        section: where it stands.
        key: for errors, its path in there.
        value: what stands there.
    """
    if not _is_place(value):
        quote = "; quote it" if isinstance(value, float) else ""
        section.fail(
            f"must be an element's number, {_FIRST_ELEMENT} to {LAST_ELEMENT}, or a part such as 48.amount{quote}",
            key,
        )
    return value


def _is_place(value: object) -> TypeGuard[Place]:
    number: object = value
    if isinstance(value, str):
        found = _PART.fullmatch(value)
        number = None if found is None else int(found[1])
    if isinstance(number, bool) or not isinstance(number, int):
        return False
    return _FIRST_ELEMENT <= number <= LAST_ELEMENT


def places_at(section: Section, key: str) -> tuple[Place, ...]:
    """Return a list of different places, in the file's order."""
    found: list[Place] = []
    for index, value in enumerate(section.items(key)):
        place = place_at(section, f"{key}[{index}]", value)
        if place in found:
            section.fail(f"{place} is there twice", f"{key}[{index}]")
        found.append(place)
    return tuple(found)


def place_keys(section: Section) -> list[Place]:
    """Return all keys of a section whose keys are places."""
    return [place_at(section, key, key) for key in section.values]
