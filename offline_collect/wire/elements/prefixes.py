"""Length prefixes of elements: their bytes, and what they say. For all who walk over encoded messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.wire.elements.element import EBCDIC

if TYPE_CHECKING:
    from collections.abc import Callable

    from offline_collect.wire.dialects.dialect import Encoding
    from offline_collect.wire.elements.element import Element


def prefix_size(element: Element, encoding: Encoding) -> int:
    """Return the bytes of an element's length prefix; 0 where its length is fixed."""
    digits = element.prefix
    if encoding.prefix == "bcd":
        return (digits + 1) // 2
    if encoding.prefix == "binary":
        # The fewest bytes that can say as much as the digits: 99 in one, 9999 in two, 999999 in three.
        return (len(f"{10**digits - 1:x}") + 1) // 2 if digits else 0
    return digits


def is_ascii_digits(prefix: bytes) -> bool:
    """Whether a prefix is digits and nothing else: `int` alone would take signs and spaces."""
    return prefix.isdigit()


def is_ebcdic_digits(prefix: bytes) -> bool:
    """The same in EBCDIC."""
    return prefix.decode(EBCDIC).isdecimal()


def prefix_check(element: Element, encoding: Encoding) -> Callable[[bytes], bool] | None:
    """Return what a prefix of characters must pass; pyiso8583 looks at packed ones itself."""
    if not element.prefix or encoding.prefix in {"bcd", "binary"}:
        return None
    return is_ebcdic_digits if encoding.prefix == "ebcdic" else is_ascii_digits


def read_prefix(encoding: Encoding, prefix: bytes) -> int | None:
    """Return the value of a length prefix; None if it is not a number."""
    if encoding.prefix == "binary":
        return int.from_bytes(prefix, "big")
    if encoding.prefix == "bcd":
        digits = prefix.hex()
    else:
        digits = prefix.decode(EBCDIC if encoding.prefix == "ebcdic" else "latin-1")
    return int(digits) if digits.isascii() and digits.isdigit() else None


def fixed_size(element: Element) -> int:
    """Return the bytes of an element of fixed length; a sign and each byte of hex take room of their own."""
    if element.counts_digits:
        return (element.length + 1) // 2
    if element.kind == "x+n":
        return 1 + (element.length // 2 if element.packed else element.length)
    if element.kind == "n" and element.encoding == "binary":
        return (len(f"{10**element.length - 1:x}") + 1) // 2
    return 2 * element.length if element.encoding == "hex" else element.length
