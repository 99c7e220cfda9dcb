"""The bytes of messages for people: offsets, hex digits, characters; personal data hidden."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.elements.element import Element
from offline_collect.wire.elements.wire_spans import Sizes, wire_span
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.layouts.pds import HEADER_SIZE, encoded_size, parse_pds
from offline_collect.wire.masking import mask_tag
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.private_data import PrivateData, TakenApart
from offline_collect.wire.messages.requests.parts import content_of
from offline_collect_terminal.wire.element_offsets import locate

WIDTH = 16
HIDDEN = "**"


def hex_lines(stream: bytes, hidden: Collection[int]) -> Iterator[str]:
    """Return the lines of a hex dump.

    Args:
        stream: a whole frame.
        hidden: the places of bytes that are not shown.
    """
    for start in range(0, len(stream), WIDTH):
        places = range(start, min(start + WIDTH, len(stream)))
        digits = " ".join(HIDDEN if place in hidden else f"{stream[place]:02x}" for place in places)
        text = "".join("*" if place in hidden else _character(stream[place]) for place in places)
        yield f"{start:04x}  {digits:{3 * WIDTH - 1}}  {text}"


def _character(byte: int) -> str:
    return chr(byte) if 32 <= byte < 127 else "."  # noqa: PLR2004 - printable ASCII


def hidden_bytes(dialect: Dialect, stream: bytes, message: Message | None) -> Collection[int]:
    """Return the places of bytes whose values are masked for people; of bytes that are no message, all."""
    if message is None:
        return range(len(stream))
    at = dialect.frame.message_at
    end = len(stream) - len(dialect.frame.trailer)
    private = PrivateData(dialect, message.mti, message.elements)
    found: set[int] = set()
    for number, place in locate(dialect, stream[at:end]).items():
        value = message.elements.get(number, "")
        places = range(at + place.start, at + place.stop)
        taken = private.taken_apart(number)
        if taken is not None:
            found.update(_hidden_parts(dialect.elements[number], value, places, taken))
        elif number in dialect.tagged and dialect.messages is None:
            found.update(_hidden_tags(dialect, value, places))
        elif number not in message.elements or private.shown(number) != value:
            found.update(places)
    return found


def _hidden_parts(element: Element, value: str, places: range, taken: TakenApart) -> set[int]:
    """All bytes but those of parts that are shown whole; two parts may share a byte."""
    sizes = Sizes(len(content_of(value, element)), len(places))
    spans = [(part, wire_span(element, sizes, part.start, part.end)) for part in taken.parts]
    hidden = set(places)
    for part, (start, end) in spans:
        if part.whole:
            hidden.difference_update(places[start:end])
    for part, (start, end) in spans:
        if not part.whole:
            hidden.update(places[start:end])
    return hidden


def _hidden_tags(dialect: Dialect, value: str, places: range) -> Iterator[int]:
    try:
        tags = parse_pds(value, dialect.charset)
    except DecodeError:
        yield from places
        return
    at = places.start
    for tag, content in tags.items():
        end = at + HEADER_SIZE + encoded_size(content, dialect.charset)
        if mask_tag(tag, content) != content:
            yield from range(at + HEADER_SIZE, end)
        at = end
