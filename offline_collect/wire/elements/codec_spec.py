"""The spec for pyiso8583, made from a dialect; the library's `iso8583.specs` documents its format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.wire.elements.element import EBCDIC
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.elements.prefixes import fixed_size, prefix_size

if TYPE_CHECKING:
    from offline_collect.wire.dialects.dialect import Dialect, Encoding
    from offline_collect.wire.elements.element import Element

Entry = dict[str, str | int]
Spec = dict[str, Entry]

_PREFIXES = {"binary": "b", "ebcdic": EBCDIC}


def compile_spec(dialect: Dialect) -> Spec:
    """Return the entry of every element; the MTI and the bitmaps the codec reads and writes itself."""
    encoding = dialect.encoding
    return {str(element.number): _entry(element, encoding) for element in dialect.elements.values()}


def _entry(element: Element, encoding: Encoding) -> Entry:
    entry: Entry = {
        "data_enc": "b" if element.packed else "ascii" if element.kind is Kind.B else element.charset,
        "len_enc": _PREFIXES.get(encoding.prefix, encoding.prefix),
        "len_type": prefix_size(element, encoding),
        "max_len": _length(element),
        "desc": "",
    }
    if element.counts_digits:
        pad = "right_pad" if element.encoding == "bcd-right" else "left_pad"
        entry |= {"len_count": "nibbles", pad: "0"}
    return entry


def _length(element: Element) -> int:
    """The length as pyiso8583 counts it: bytes, or digits (nibbles) of packed n and z elements."""
    if element.counts_digits:
        return element.length
    if element.prefix:
        return 2 * element.length if element.encoding == "hex" else element.length
    return fixed_size(element)
