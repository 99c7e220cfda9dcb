"""The bytes of a part of an element, for every encoding of elements."""

import pytest

from offline_collect.wire.elements.element import Element
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.elements.wire_spans import Sizes, wire_span


@pytest.mark.parametrize(
    ("kind", "encoding", "sizes", "span", "expected"),
    [
        (Kind.ANS, "ascii", Sizes(20, 20), (3, 7), (3, 7)),
        (Kind.N, "ebcdic", Sizes(20, 20), (3, 7), (3, 7)),
        (Kind.B, "hex", Sizes(8, 16), (1, 3), (2, 6)),
        (Kind.B, "raw", Sizes(8, 8), (1, 3), (1, 3)),
        (Kind.N, "bcd", Sizes(8, 4), (2, 8), (1, 4)),
        (Kind.N, "bcd", Sizes(7, 4), (1, 3), (1, 2)),
        (Kind.N, "bcd", Sizes(7, 4), (0, 2), (0, 2)),
        (Kind.N, "bcd-right", Sizes(7, 4), (2, 7), (1, 4)),
        (Kind.N, "binary", Sizes(6, 3), (2, 4), (0, 3)),
    ],
)
def test_a_part_has_its_bytes(kind, encoding, sizes, span, expected):
    element = Element(60, "Private", kind, 20, 3, encoding)
    assert wire_span(element, sizes, *span) == expected
