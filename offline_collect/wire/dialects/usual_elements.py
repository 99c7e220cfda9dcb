"""The early elements of ISO 8583:1987 as most partners write them: read only to refuse a message well.

A dialect need not list them. If a message has one that its dialect does not list, it is refused; where that element
ends, and so what the elements behind it say, can only be guessed.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from offline_collect.wire.dialects.element_file import default_encoding
from offline_collect.wire.elements.element import Element
from offline_collect.wire.elements.notation import parse_notation

if TYPE_CHECKING:
    from offline_collect.wire.dialects.dialect import Dialect

USUAL = MappingProxyType(
    {2: "n..19", 3: "n6"}
    | dict.fromkeys((4, 5, 6), "n12")
    | {7: "n10"}
    | dict.fromkeys((8, 9, 10), "n8")
    | dict.fromkeys((11, 12), "n6")
    | dict.fromkeys((13, 14, 15, 16, 17, 18), "n4")
    | dict.fromkeys((19, 20, 21, 22, 23, 24), "n3")
    | {25: "n2", 26: "n2", 27: "n1"}
    | dict.fromkeys((28, 29, 30, 31), "x+n8")
    | {32: "n..11", 33: "n..11", 34: "ns..28", 35: "z..37", 36: "n...104"}
    | {37: "an12", 38: "an6", 39: "an2", 40: "an3", 41: "ans8"}
)
"""Up to DE 41, the last of the elements by which a front end finds its request."""


def with_usual_elements(dialect: Dialect) -> Dialect:
    """Return the dialect with the usual elements that it does not list, in its own encodings."""
    added = {}
    for number, written in USUAL.items():
        shape = parse_notation(f"{written} usual")
        added[number] = Element(
            number=number,
            name=shape.title,
            kind=shape.kind,
            length=shape.length,
            prefix=shape.prefix,
            encoding=default_encoding(shape.kind, dialect.encoding),
        )
    return replace(dialect, elements=MappingProxyType({**added, **dialect.elements}))
