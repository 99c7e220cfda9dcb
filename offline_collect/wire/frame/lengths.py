"""The length that begins a frame: how many bytes it takes, what it can say, and how it is read and written."""

from __future__ import annotations

from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from offline_collect.wire.errors import FrameError

if TYPE_CHECKING:
    from collections.abc import Callable

NO_LENGTH = "none"
LENGTH_SIZES = MappingProxyType(
    {
        "ascii2": 2,
        "ascii3": 3,
        "ascii4": 4,
        "ascii6": 6,
        "hex4": 4,
        "bcd2": 2,
        "binary2": 2,
        "binary3": 3,
        "binary4": 4,
        "binary2-little": 2,
        "binary3-little": 3,
        "binary4-little": 4,
        NO_LENGTH: 0,
    },
)
"""Bytes of each kind: digits, hex digits, digits packed by two, numbers with their high or low byte first."""
LENGTH_KINDS = tuple(LENGTH_SIZES)


def greatest_length(kind: str) -> int:
    """Return the greatest number that a kind of length can say; -1 where there is no length."""
    size = LENGTH_SIZES[kind]
    if kind.startswith("ascii"):
        return int(10**size) - 1
    if kind == "bcd2":
        return 9999
    return int(16**size) - 1 if kind == "hex4" else int(256**size) - 1


def length_reader(kind: str) -> Callable[[bytes], int]:
    """Return what reads a kind of length; only plain digits pass (`int` alone would take signs and spaces).

    It raises FrameError for what is not a number of this kind.
    """
    if kind.startswith("binary"):
        return _little if kind.endswith("little") else _big
    packed = kind == "bcd2"

    def read(header: bytes) -> int:
        digits = header.hex() if packed else header.decode("latin-1")
        if digits.isascii() and digits.isalnum():
            with suppress(ValueError):
                # int(..., 16) would take 0x1E.
                return _big(bytes.fromhex(digits)) if kind == "hex4" else int(digits)
        raise FrameError(f"length header {header.hex()} (hex) is not a number of kind {kind}")

    return read


def _big(header: bytes) -> int:
    return int.from_bytes(header, "big")


def _little(header: bytes) -> int:
    return int.from_bytes(header, "little")


def length_writer(kind: str) -> Callable[[int], bytes]:
    """Return what writes a kind of length; nothing where there is none."""
    size = LENGTH_SIZES[kind]
    if kind.startswith("binary"):
        order: Literal["big", "little"] = "little" if kind.endswith("little") else "big"
        return lambda stated: stated.to_bytes(size, order)
    if kind == "bcd2":
        return lambda stated: bytes.fromhex(f"{stated:04d}")
    if kind == NO_LENGTH:
        return lambda _: b""
    form = b"%%0%d%s" % (size, b"X" if kind == "hex4" else b"d")
    return lambda stated: form % stated
