"""Where the characters of an element's content are among its bytes on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from offline_collect.wire.elements.notation import Kind

if TYPE_CHECKING:
    from offline_collect.wire.elements.element import Element


class Sizes(NamedTuple):
    """How long a content is.

    Attributes:
        content: as layouts take it apart: bytes, or the digits of an element whose digits are packed.
        wire: its bytes on the wire, without a length prefix.
    """

    content: int
    wire: int


def wire_span(element: Element, sizes: Sizes, start: int, end: int) -> tuple[int, int]:
    """Return the first byte of a part of a content, counted from 0, and the byte behind it.

    Two parts may share a byte where two digits are in one.
    """
    if element.kind is Kind.B:
        each = 2 if element.encoding == "hex" else 1
        return start * each, end * each
    if element.counts_digits:
        filler = sizes.content % 2 if element.encoding == "bcd" else 0
        return (start + filler) // 2, (end + filler + 1) // 2
    # A number as such has no place for each digit.
    return (0, sizes.wire) if element.packed else (start, end)
