"""Compiles `encoding` and `elements` of a dialect file."""

from __future__ import annotations

import codecs
from types import MappingProxyType
from typing import TYPE_CHECKING

from offline_collect.wire.dialects.dialect import Encoding
from offline_collect.wire.elements.element import EBCDIC, LAST_PRIMARY, Element
from offline_collect.wire.elements.notation import Kind, parse_notation
from offline_collect.wire.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offline_collect.wire.dialects.schema import Section
    from offline_collect.wire.elements.notation import Notation

CHARACTERS = ("ascii", "ebcdic")
"""Encodings of characters with names of their own; every charset that Python knows is one too."""
_OWN = MappingProxyType(
    {
        Kind.N: (*CHARACTERS, "bcd", "bcd-right", "binary"),
        Kind.Z: (*CHARACTERS, "bcd", "bcd-right"),
        Kind.XN: (*CHARACTERS, "bcd"),
        Kind.B: ("hex", "raw", "binary"),
    },
)
"""What each kind may be written in; the others in characters only."""
SHAPES = MappingProxyType(
    {
        3: ("n6",),
        4: ("n12",),
        7: ("n10",),
        11: ("n6",),
        12: ("n6", "n12"),
        13: ("n4",),
        15: ("n4", "n6"),
        49: ("n3", "an3"),
        50: ("n3", "an3"),
        64: ("b8", "b4"),
        66: ("n1", "ans..204"),
        70: ("n3",),
        97: ("x+n16",),
        128: ("b8", "b4"),
    },
)
"""Elements whose digits have a meaning by their place; a dialect may leave them out, not reshape them at will."""


def compile_encoding(section: Section | None) -> Encoding:
    """Return how values become bytes; without `encoding`, all of it in ASCII and text in UTF-8."""
    if section is None:
        return Encoding(
            mti="ascii", bitmap="hex", numeric="ascii", prefix="ascii", binary="hex", charset="utf-8"
        )
    encoding = Encoding(
        mti=section.choice("mti", (*CHARACTERS, "bcd"), "ascii"),
        bitmap=section.choice("bitmap", ("hex", "raw"), "hex"),
        numeric=_encoding(section, "numeric", _OWN[Kind.Z], "ascii"),
        prefix=section.choice("prefix", (*CHARACTERS, "bcd", "binary"), "ascii"),
        binary=section.choice("binary", ("hex", "raw"), "hex"),
        charset=_charset(section, "text", "utf-8"),
        characters=_encoding(section, "characters", CHARACTERS, "ascii"),
    )
    section.finish()
    return encoding


def _encoding(section: Section, key: str, own: tuple[str, ...], default: str) -> str:
    """One of `own`, or a charset."""
    if not section.has(key):
        return default
    name = section.text(key)
    if name not in own and not is_charset(name):
        section.fail(f"must be one of {', '.join(own)}, or a charset such as gb18030", key)
    return name


def _charset(section: Section, key: str, default: str) -> str:
    name = _encoding(section, key, CHARACTERS, default)
    return EBCDIC if name == "ebcdic" else name


def is_charset(name: str) -> bool:
    """Whether Python knows a charset in which a digit is one byte, so that lengths can be counted."""
    try:
        return len("0".encode(name)) == 1 and bool(codecs.getincrementaldecoder(name))
    except (LookupError, ValueError):
        return False


def compile_elements(root: Section, encoding: Encoding) -> Mapping[int, Element]:
    """Return the elements of a dialect by number.

    Raises:
        SchemaError: one cannot be carried, or the platform cannot read it.
    """
    if not root.has("elements"):
        return MappingProxyType({})
    section = root.section("elements")
    return MappingProxyType(
        {number: _element(section, number, encoding) for number in sorted(section.numbers())}
    )


def _element(section: Section, number: int, encoding: Encoding) -> Element:
    own = None
    if isinstance(section.take(number), str):
        shape = _shape(section, number)
    else:
        row = section.section(number)
        shape = _shape(row, "is")
        own = (
            _encoding(row, "encoding", _OWN.get(shape.kind, CHARACTERS), "ascii")
            if row.has("encoding")
            else None
        )
        row.finish()
    element = Element(
        number=number,
        name=shape.title,
        kind=shape.kind,
        length=shape.length,
        prefix=shape.prefix,
        encoding=own or default_encoding(shape.kind, encoding),
    )
    _check_element(section, element)
    return element


def _shape(section: Section, key: int | str) -> Notation:
    try:
        return parse_notation(section.text(key))
    except ContentError as error:
        section.fail(str(error), key)


def default_encoding(kind: Kind, encoding: Encoding) -> str:
    """Return the encoding of an element that names none."""
    if kind is Kind.B:
        return encoding.binary
    if kind is Kind.TEXT:
        return encoding.charset
    if kind not in _OWN:
        return encoding.characters
    return "bcd" if kind is Kind.XN and encoding.numeric == "bcd-right" else encoding.numeric


def _check_element(section: Section, element: Element) -> None:
    """Refuse what the wire cannot carry or the platform cannot read."""
    number = element.number
    if number == LAST_PRIMARY + 1:
        section.fail("element 65 announces a third bitmap; it cannot be an element of its own", number)
    if element.prefix and element.encoding == "hex" and 2 * element.length >= 10**element.prefix:
        section.fail(
            f"a prefix of {element.prefix} digits cannot say the hex digits of {element.length} bytes", number
        )
    if element.kind is Kind.XN and (element.prefix or element.length % 2):
        section.fail("an x+n element has a fixed, even number of digits", number)
    if element.kind is Kind.TEXT and not element.prefix:
        section.fail("a text element needs a prefix: its bytes are not its characters", number)
    if element.kind is Kind.N and element.encoding == "binary" and element.prefix:
        section.fail("a binary n element has a fixed length", number)
    shapes = SHAPES.get(number, (element.shape,))
    if element.shape not in shapes:
        section.fail(f"element {number} must be {' or '.join(shapes)}, not {element.shape}", number)
