"""The bytes of messages for people: offsets, hex digits, characters; personal data hidden."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.layouts.pds import HEADER_SIZE, encoded_size, parse_pds
from offline_collect.wire.masking import mask_element, mask_tag
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.message_types import is_answer
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
    found: set[int] = set()
    for number, place in locate(dialect, stream[at:end]).items():
        value = message.elements.get(number, "")
        places = range(at + place.start, at + place.stop)
        found.update(
            _hidden_tags(dialect, value, places)
            if number in dialect.tagged
            else _hidden_element(message, number, value, places)
        )
    return found


def _hidden_element(message: Message, number: int, value: str, places: range) -> Collection[int]:
    return () if mask_element(number, value, answer=is_answer(message.mti)) == value else places


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
