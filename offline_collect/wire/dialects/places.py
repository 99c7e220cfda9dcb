"""Places in messages: an element's number, or a part of the layout in an element: `48.bills.amount`.

The values of a message are one mapping by place: elements by number, parts by their whole address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard

from offline_collect.wire.elements.element import LAST_ELEMENT

if TYPE_CHECKING:
    from offline_collect.wire.dialects.schema import Section

Place: TypeAlias = int | str

ByPlace: TypeAlias = Mapping[Any, str]
"""A message's values by place. `Any`, because a mapping by number is one too, and key types are invariant."""

_FIRST_ELEMENT = 2
_PART = re.compile(r"([1-9][0-9]{0,2})\.(.+)")


def element_of(place: Place) -> int:
    """Return the number of a place's element."""
    return place if isinstance(place, int) else int(place.partition(".")[0])


def part_of(place: Place) -> str:
    """Return the path of a part in its layout; '' for a whole element."""
    return "" if isinstance(place, int) else place.partition(".")[2]


def place_at(section: Section, key: int | str, value: object) -> Place:
    """Return a value, or a key, that must be a place.

    Args:
        section: the section of the file.
        key: path of the value in the section, for error messages.
        value: the value.

    Raises:
        SchemaError: it is not a place.
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
    """Return a list of different places, in the file's order.

    Raises:
        SchemaError: an item is not a place, or appears twice.
    """
    found: list[Place] = []
    for index, value in enumerate(section.items(key)):
        place = place_at(section, f"{key}[{index}]", value)
        if place in found:
            section.fail(f"{place} is there twice", f"{key}[{index}]")
        found.append(place)
    return tuple(found)


def place_keys(section: Section) -> list[Place]:
    """Return all keys of a section whose keys are places.

    Raises:
        SchemaError: a key is not a place.
    """
    return [place_at(section, key, key) for key in section.values]
