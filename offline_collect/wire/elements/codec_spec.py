"""The spec for pyiso8583, made from a dialect; the library's `iso8583.specs` documents its format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.wire.dialects.dialect import LAST_ELEMENT, Kind

if TYPE_CHECKING:
    from offline_collect.wire.dialects.dialect import Dialect, Element, Encoding

Entry = dict[str, str | int]
Spec = dict[str, Entry]

_NEVER = 1 << 20
"""A length prefix longer than any frame."""


def is_packed(element: Element, encoding: Encoding) -> bool:
    """Whether the element's bytes are not characters: BCD digits or raw binary."""
    if element.kind in {Kind.N, Kind.XN}:
        return encoding.numeric == "bcd"
    return element.kind is Kind.B and encoding.binary == "raw"


def compile_spec(dialect: Dialect) -> Spec:
    """Return the spec: header (none), MTI, bitmaps, and every element from 2 to 128.

    An element that the dialect lacks gets a length prefix that no message can hold. pyiso8583 then reads the
    elements before it and refuses it like any bad element; without an entry it raises KeyError.
    """
    encoding = dialect.encoding
    bitmap = "b" if encoding.bitmap == "raw" else "ascii"
    unknown = _entry("ascii", "ascii", _NEVER, 0)
    spec = {str(number): unknown for number in range(2, LAST_ELEMENT + 1)}
    spec["h"] = _entry("ascii", "ascii", 0, 0)
    spec["t"] = _entry("b" if encoding.mti == "bcd" else "ascii", "ascii", 0, 4)
    spec["p"] = spec["1"] = _entry(bitmap, "ascii", 0, 16)
    for element in dialect.elements.values():
        spec[str(element.number)] = _element_entry(element, encoding)
    return spec


def _element_entry(element: Element, encoding: Encoding) -> Entry:
    packed = is_packed(element, encoding)
    data = encoding.charset if element.kind is Kind.TEXT else "b" if packed else "ascii"
    width = _prefix_bytes(element.prefix, encoding)
    entry = _entry(data, encoding.prefix, width, _length(element, packed=packed))
    if packed and element.kind is Kind.N:
        entry |= {"len_count": "nibbles", "left_pad": "0"}
    return entry


def _length(element: Element, *, packed: bool) -> int:
    """The length as pyiso8583 counts it: bytes, or digits (nibbles) of a packed n element."""
    if element.kind is Kind.XN:
        return 1 + (element.length // 2 if packed else element.length)
    if element.kind is Kind.B and not packed:
        return 2 * element.length
    return element.length


def _prefix_bytes(digits: int, encoding: Encoding) -> int:
    return (digits + 1) // 2 if encoding.prefix == "bcd" else digits


def _entry(data_enc: str, len_enc: str, len_type: int, max_len: int) -> Entry:
    return {"data_enc": data_enc, "len_enc": len_enc, "len_type": len_type, "max_len": max_len, "desc": ""}
