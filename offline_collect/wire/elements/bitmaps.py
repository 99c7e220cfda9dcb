"""MTI and bitmaps of one dialect: which elements a message has, and the bytes that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.wire.dialects.dialect import ONE_BITMAP
from offline_collect.wire.elements.element import EBCDIC, LAST_PRIMARY
from offline_collect.wire.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from offline_collect.wire.dialects.dialect import Dialect

THIRD = LAST_PRIMARY + 1
"""The element that would announce a third bitmap."""
_BYTES = LAST_PRIMARY // 8
_HEX_DIGITS = b"0123456789ABCDEFabcdef"
_LOWER = b"abcdef"


class Heads:
    """Reads and writes what comes before the elements."""

    def __init__(self, dialect: Dialect) -> None:
        encoding = dialect.encoding
        self._packed_mti = encoding.mti == "bcd"
        self._charset = EBCDIC if encoding.mti == "ebcdic" else "latin-1"
        self._dialect = dialect if dialect.version else None
        self._always_two = dialect.bitmaps == "always two"
        self._one = dialect.bitmaps == ONE_BITMAP
        self._strict = dialect.bitmaps == "strict"
        self._raw = encoding.bitmap == "raw"
        self.mti_size = 2 if self._packed_mti else 4
        self._size = _BYTES if self._raw else 2 * _BYTES
        self._second_at = self.mti_size + self._size
        self._top_bit = b"\x80" if self._raw else b"8"

    def read_mti(self, raw: bytes) -> str:
        """Return the MTI as the message set knows it: of version 0.

        Raises:
            DecodeError: it is not four digits.
        """
        head = raw[: self.mti_size]
        mti = head.hex() if self._packed_mti else head.decode(self._charset)
        if len(head) != self.mti_size or not (mti.isascii() and mti.isdigit()):
            raise DecodeError(Phrase("4 digits only"), element="MTI")
        # The swap undoes itself, and every other MTI stays what it is.
        return mti if self._dialect is None else self._dialect.mti_on_wire(mti)

    def write(self, mti: str, numbers: Iterable[int]) -> bytes:
        """Return the MTI and the bitmaps of a message."""
        numbers = list(numbers)
        second = self._always_two or self._one or any(number > LAST_PRIMARY for number in numbers)
        size = 2 * LAST_PRIMARY if second else LAST_PRIMARY
        announced = (1,) if second and not self._one else ()
        bits = sum(1 << (size - number) for number in (*numbers, *announced))
        bitmap: bytes = bits.to_bytes(size // 8, "big")
        if self._dialect is not None:
            mti = self._dialect.mti_on_wire(mti)
        head = bytes.fromhex(mti) if self._packed_mti else mti.encode(self._charset)
        return head + (bitmap if self._raw else bitmap.hex().upper().encode())

    def bitmaps_of(self, raw: bytes) -> bytes:
        """Return the first bitmap, and the second one if the first says so, as they came."""
        start, end = self.mti_size, self._second_at
        if self._one or raw[start : start + 1] >= self._top_bit:
            end += self._size
        return raw[start:end]

    def read_bitmaps(self, bitmaps: bytes) -> list[int]:
        """Return the numbers of the elements, with the third bitmap's where it is announced.

        Raises:
            DecodeError: the bitmaps are cut short, or no bitmaps of this dialect. Where the first can be read,
                its numbers are in `announced`.
        """
        size = self._size
        if len(bitmaps) < size:
            raise DecodeError(Phrase("wrong length"), element="bitmap")
        if not self._raw and bitmaps.strip(_HEX_DIGITS):
            raise DecodeError(Phrase("hex digits only"), element="bitmap")
        if len(bitmaps) not in ((2 * size,) if self._one else (size, 2 * size)):
            raise DecodeError(Phrase("wrong length"), element="DE 1")
        if self._strict and not self._raw and any(digit in _LOWER for digit in bitmaps):
            raise DecodeError(Phrase("upper-case hex only"), element="bitmap")
        bits = int.from_bytes(bitmaps, "big") if self._raw else int(bitmaps, 16)
        last = LAST_PRIMARY * len(bitmaps) // size
        return [number for number in range(2, last + 1) if bits >> (last - number) & 1]

    def second_is_empty(self, bitmaps: bytes, numbers: list[int]) -> bool:
        """Whether a second bitmap says nothing, where that is refused."""
        return (
            self._strict
            and len(bitmaps) > self._size
            and not any(number > LAST_PRIMARY for number in numbers)
        )
