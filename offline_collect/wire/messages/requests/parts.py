"""Reads the private data of requests with the layouts of their message type."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from offline_collect.wire.dialects.places import element_of, part_of
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.messages.message_set.types import places_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.dialects.places import ByPlace, Place
    from offline_collect.wire.elements.element import Element
    from offline_collect.wire.layouts.layout import Layout
    from offline_collect.wire.layouts.parts import Parts
    from offline_collect.wire.layouts.place import Place as LayoutPlace
    from offline_collect.wire.messages.message import Message
    from offline_collect.wire.messages.message_set.types import MessageType

_NOT_ITS_CHARACTERS = "a character that its charset lacks"


def read_parts(message: Message, number: int, layout: Layout, element: Element) -> Parts:
    """Return the parts of one element. The message keeps them, so a second call does not parse again.

    Args:
        message: the message; it has the element.
        number: the element's number.
        layout: the layout of the element.
        element: the element's shape and encoding.

    Raises:
        DecodeError: the element does not match the layout.
    """
    known: Mapping[int, tuple[Layout, Parts]] = message.parts or {}
    if number in known and known[number][0] is layout:
        return known[number][1]
    parts = layout.read(content_of(message.elements[number], element), f"DE {number}")
    message.parts = {**known, number: (layout, parts)}
    return parts


def content_of(value: str, element: Element) -> bytes:
    """Return the content of an element as layouts take it, in bytes: raw for b, else ASCII or the element's charset."""
    if element.kind is Kind.B:
        return bytes.fromhex(value)
    return value.encode("ascii" if element.packed else element.charset)


def value_of(content: bytes, element: Element) -> str:
    """Return the element's value of a content that a layout has built.

    Raises:
        EncodeError: it has characters that the element's charset lacks.
    """
    if element.kind is Kind.B:
        return content.hex().upper()
    try:
        return content.decode("ascii" if element.packed else element.charset)
    except UnicodeDecodeError:
        pass
    # Raised outside the `except` block: the traceback must not keep the content.
    raise EncodeError(_NOT_ITS_CHARACTERS, element=f"DE {element.number}")


def places_read(kind: MessageType, dialect: Dialect) -> list[Place]:
    """Return the places that are read of a type's messages, also those of the dialect's rules."""
    named = [row.element for row in dialect.original.rows if row.element is not None]
    rules = (*dialect.identity, dialect.original.element, *named) if kind.layouts else ()
    known = [place for place in rules if part_of(place) and element_of(place) in kind.layouts]
    return [*places_of(kind), *known]


class _Part(NamedTuple):
    """A part that is read: its place in messages, and in its layout."""

    place: Place
    found: LayoutPlace


class _Split(NamedTuple):
    """One element with a layout, and the parts that are read."""

    number: int
    layout: Layout
    element: Element
    parts: tuple[_Part, ...]


class PartsPlan:
    """Reads the parts of a message that its type uses; made once for each type.

    Args:
        layouts: the layouts of the message type, by element number.
        places: all places that the type uses; whole elements are ignored.
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
        """Return the values of a message's parts, by place; missing and empty ones are left out.

        Raises:
            DecodeError: an element does not match its layout.
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
    """Return the parts of one element; None if it is missing or does not match the layout."""
    if number not in message.elements:
        return None
    try:
        return read_parts(message, number, layout, elements[number])
    except DecodeError:
        return None
