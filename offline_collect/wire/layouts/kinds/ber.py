"""BER (ASN.1 basic encoding rules) tags and lengths, as in chip data (EMV); definite form only."""

from __future__ import annotations

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.layouts.values.scalar import CUT_SHORT

TAG_BYTES_MAX = 4
LENGTH_BYTES_MAX = 3
"""Maximum bytes after the first one; enough for `CONTENT_MAX`."""

_MORE = 0x80
_LONG_TAG = 0x1F


class BerTag:
    """A tag of 1 to 4 bytes; its value is upper-case hex: `9F26`."""

    def read(self, text: str, at: int) -> tuple[str, int]:
        """Return the tag at an offset in hex, and the offset after it.

        Raises:
            DecodeError: it is truncated or too long.
        """
        size = 1
        if ord(_byte(text, at)) & _LONG_TAG == _LONG_TAG:
            size = 2
            while ord(_byte(text, at + size - 1)) & _MORE:
                size += 1
                if size > TAG_BYTES_MAX:
                    raise DecodeError(Phrase("longer than {most} bytes", most=TAG_BYTES_MAX))
        return text[at : at + size].encode("latin-1").hex().upper(), at + size

    def write(self, value: object) -> str:
        """Return the bytes of a tag, given in hex.

        Raises:
            EncodeError: it is not one BER tag in upper-case hex.
        """
        try:
            text = bytes.fromhex(value).decode("latin-1") if isinstance(value, str) else ""
            tag, end = self.read(text, 0)
        except (DecodeError, ValueError):
            tag, end, text = "", 0, ""
        if not tag or end != len(text) or tag != value:
            raise EncodeError("not a BER tag in upper-case hex")
        return text


class BerLength:
    """A length: one byte up to 127, else a byte that gives the number of length bytes (1 to 3) after it."""

    def read(self, text: str, at: int) -> tuple[str, int]:
        """Return the length at an offset, as decimal digits, and the offset after it.

        Raises:
            DecodeError: it is truncated, of indefinite form, or has more than 3 bytes.
        """
        first = ord(_byte(text, at))
        if first < _MORE:
            return str(first), at + 1
        size = first - _MORE
        if not 1 <= size <= LENGTH_BYTES_MAX:
            raise DecodeError(Phrase("not of 1 to {most} bytes", most=LENGTH_BYTES_MAX))
        end = at + 1 + size
        if end > len(text):
            raise DecodeError(CUT_SHORT)
        return str(int.from_bytes(text[at + 1 : end].encode("latin-1"), "big")), end

    def write(self, value: object) -> str:
        """Return the bytes of a length, in the shortest form."""
        length = int(str(value))
        if length < _MORE:
            return chr(length)
        size = (length.bit_length() + 7) // 8
        return chr(_MORE + size) + length.to_bytes(size, "big").decode("latin-1")


def _byte(text: str, at: int) -> str:
    if at >= len(text):
        raise DecodeError(CUT_SHORT)
    return text[at]
