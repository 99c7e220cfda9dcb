"""Tags and lengths by ASN.1's basic encoding rules, as chip data (EMV) has them; in definite form."""

from __future__ import annotations

from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.layouts.values.scalar import CUT_SHORT

TAG_BYTES_MAX = 4
LENGTH_BYTES_MAX = 3
"""Behind the first byte; enough for any element."""

_MORE = 0x80
_LONG_TAG = 0x1F


class BerTag:
    """A tag of one byte or several, as hex: `9F26`."""

    def read(self, text: str, at: int) -> tuple[str, int]:
        """The tag, and the place behind it."""
        size = 1
        if ord(_byte(text, at)) & _LONG_TAG == _LONG_TAG:
            size = 2
            while ord(_byte(text, at + size - 1)) & _MORE:
                size += 1
                if size > TAG_BYTES_MAX:
                    raise DecodeError(f"longer than {TAG_BYTES_MAX} bytes")
        return text[at : at + size].encode("latin-1").hex().upper(), at + size

    def write(self, value: object) -> str:
        """The bytes of a tag in hex."""
        try:
            text = bytes.fromhex(value).decode("latin-1") if isinstance(value, str) else ""
            tag, end = self.read(text, 0)
        except (DecodeError, ValueError):
            tag, end, text = "", 0, ""
        if not tag or end != len(text) or tag != value:
            raise EncodeError("no tag of BER in upper-case hex")
        return text


class BerLength:
    """A length: one byte, or as many as its first byte says."""

    def read(self, text: str, at: int) -> tuple[str, int]:
        """The length in digits, and the place behind it."""
        first = ord(_byte(text, at))
        if first < _MORE:
            return str(first), at + 1
        size = first - _MORE
        if not 1 <= size <= LENGTH_BYTES_MAX:
            raise DecodeError(f"not of 1 to {LENGTH_BYTES_MAX} bytes")
        end = at + 1 + size
        if end > len(text):
            raise DecodeError(CUT_SHORT)
        return str(int.from_bytes(text[at + 1 : end].encode("latin-1"), "big")), end

    def write(self, value: object) -> str:
        """The bytes of a length, as few as can say it."""
        length = int(str(value))
        if length < _MORE:
            return chr(length)
        size = (length.bit_length() + 7) // 8
        return chr(_MORE + size) + length.to_bytes(size, "big").decode("latin-1")


def _byte(text: str, at: int) -> str:
    if at >= len(text):
        raise DecodeError(CUT_SHORT)
    return text[at]
