"""Finds the elements of an encoded message, to patch and scan bytes."""

from __future__ import annotations

from offline_collect.wire.dialects.dialect import ONE_BITMAP, Dialect
from offline_collect.wire.elements.element import Element
from offline_collect.wire.elements.prefixes import fixed_size, prefix_size, read_prefix

BITS = 64


def head_size(dialect: Dialect) -> int:
    """Return the bytes of MTI and first bitmap together."""
    return _mti_size(dialect) + _bitmap_size(dialect)


def locate(dialect: Dialect, message: bytes, last: int = 128) -> dict[int, slice]:
    """Return the place of each element's content, without its length prefix.

    Args:
        message: an encoded message that its codec can decode, from the MTI on.
        last: the last element needed; stopping early saves time.
    """
    at = _mti_size(dialect)
    numbers, at = _numbers(dialect, message, at)
    places: dict[int, slice] = {}
    for number in numbers:
        if number > last:
            break
        places[number] = _content(dialect, dialect.elements[number], message, at)
        at = places[number].stop
    return places


def _numbers(dialect: Dialect, message: bytes, at: int) -> tuple[list[int], int]:
    """Read the bitmaps: return the elements present, and where the first one begins."""
    size = _bitmap_size(dialect)
    bits = _bits(dialect, message[at : at + size])
    at += size
    if bits[0] == "1" or dialect.bitmaps == ONE_BITMAP:
        bits += _bits(dialect, message[at : at + size])
        at += size
    return [number for number, bit in enumerate(bits, 1) if bit == "1" and number != 1], at


def _bits(dialect: Dialect, bitmap: bytes) -> str:
    value = int.from_bytes(bitmap, "big") if dialect.encoding.bitmap == "raw" else int(bitmap, 16)
    return f"{value:0{BITS}b}"


def _content(dialect: Dialect, element: Element, message: bytes, at: int) -> slice:
    start = at + prefix_size(element, dialect.encoding)
    if start == at:
        return slice(at, at + fixed_size(element))
    count = read_prefix(dialect.encoding, message[at:start]) or 0
    return slice(start, start + ((count + 1) // 2 if element.counts_digits else count))


def _mti_size(dialect: Dialect) -> int:
    return 2 if dialect.encoding.mti == "bcd" else 4


def _bitmap_size(dialect: Dialect) -> int:
    return BITS // 8 if dialect.encoding.bitmap == "raw" else BITS // 4
