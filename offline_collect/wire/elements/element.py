"""One data element as a dialect describes it."""

from __future__ import annotations

from dataclasses import dataclass

from offline_collect.wire.elements.notation import Kind

LAST_ELEMENT = 128
LAST_PRIMARY = 64

PACKED_DIGITS = frozenset({"bcd", "bcd-right"})
"""Encodings with two digits a byte."""
BYTES = frozenset({"raw", "binary"})
"""Encodings of the bytes themselves."""
EBCDIC = "cp500"
"""Python's name of the code page that `ebcdic` means."""


@dataclass(frozen=True, slots=True)
class Element:
    """One data element of a dialect.

    Attributes:
        number: 2 to 128.
        name: its title, for people.
        kind: what it holds.
        length: exact length, or the greatest if `prefix` is there; digits for n and z (and the digits of x+n),
            else encoded bytes.
        prefix: digits of the length prefix (2 for LLVAR, 3 for LLLVAR, up to 6); 0 for a fixed length.
        encoding: `ascii`, `ebcdic`, `bcd`, `bcd-right`, `hex`, `raw`, `binary`, or a Python charset.
    """

    number: int
    name: str
    kind: Kind
    length: int
    prefix: int = 0
    encoding: str = "ascii"

    @property
    def shape(self) -> str:
        """The notation of ISO 8583: `n6`, `ans..999`."""
        return f"{self.kind}{'..' if self.prefix else ''}{self.length}"

    @property
    def packed(self) -> bool:
        """Whether its bytes are not characters."""
        return self.encoding in PACKED_DIGITS or self.encoding in BYTES

    @property
    def counts_digits(self) -> bool:
        """Whether its length is a number of digits of which two are a byte."""
        return self.encoding in PACKED_DIGITS and self.kind is not Kind.XN

    @property
    def charset(self) -> str:
        """Python's name of the encoding of its characters; of no use where it is packed."""
        return EBCDIC if self.encoding == "ebcdic" else self.encoding
