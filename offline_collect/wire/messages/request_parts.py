"""The parts of a request's private data, read by the layouts of its message type."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from offline_collect.wire.dialects.places import element_of, part_of
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from offline_collect.wire.dialects.dialect import Element
    from offline_collect.wire.dialects.places import ByPlace, Place
    from offline_collect.wire.layouts.layout import Layout
    from offline_collect.wire.layouts.parts import Parts
    from offline_collect.wire.layouts.place import Place as LayoutPlace
    from offline_collect.wire.messages.message import Message


def read_parts(message: Message, number: int, layout: Layout, element: Element) -> Parts:
    """Return the parts of one element; a second call for the same message costs nothing.

    Raises:
        DecodeError: it is not what the layout says.
    """
    known: Mapping[int, tuple[Layout, Parts]] = message.parts or {}
    if number in known and known[number][0] is layout:
        return known[number][1]
    parts = layout.read(content_of(message.elements[number], element), f"DE {number}")
    message.parts = {**known, number: (layout, parts)}
    return parts


def content_of(value: str, element: Element) -> bytes:
    """An element's content as layouts take it."""
    if element.kind is Kind.B:
        return bytes.fromhex(value)
    return value.encode("ascii" if element.packed else element.charset)


def value_of(content: bytes, element: Element) -> str:
    """The content that a layout has written, as messages hold it."""
    if element.kind is Kind.B:
        return content.hex().upper()
    return content.decode("ascii" if element.packed else element.charset)


class _Part(NamedTuple):
    """A part that somebody reads: its place in messages, and in its layout."""

    place: Place
    found: LayoutPlace


class _Split(NamedTuple):
    """One element that is taken apart."""

    number: int
    layout: Layout
    element: Element
    parts: tuple[_Part, ...]


class PartsPlan:
    """Reads those parts of a message that its type needs; made once for each type.

    Args:
        layouts: of the message type, by element number.
        places: all that the type reads; elements as a whole are not looked at.
        elements: the dialect's.
    """

    def __init__(
        self, layouts: Mapping[int, Layout], places: Iterable[Place], elements: Mapping[int, Element]
    ) -> None:
        read = dict.fromkeys(place for place in places if part_of(place))
        self._splits = tuple(
            _Split(
                number,
                layout,
                elements[number],
                tuple(
                    _Part(place, layout.place(part_of(place)))
                    for place in read
                    if element_of(place) == number
                ),
            )
            for number, layout in layouts.items()
        )

    def values(self, message: Message) -> ByPlace:
        """Return the values of a message's parts.

        Raises:
            DecodeError: private data is not what its layout says.
        """
        values: dict[Place, str] = {}
        for number, layout, element, parts in self._splits:
            if number in message.elements:
                read = read_parts(message, number, layout, element)
                for place, found in parts:
                    value = found.value(read)
                    if value is not None:
                        values[place] = value
        return values


def readable_parts(
    message: Message, number: int, layout: Layout, elements: Mapping[int, Element]
) -> Parts | None:
    """Return the parts of one element; None if it is missing or cannot be read."""
    if number not in message.elements:
        return None
    try:
        return read_parts(message, number, layout, elements[number])
    except DecodeError:
        return None
