"""Dialects: the known differences between banks' message formats, as data (wire.md; schemas/dialects/)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from offline_collect.wire.elements.notation import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offline_collect.domain.codes import ResponseCode
    from offline_collect.domain.commands import NetworkFunction, ReversalReason
    from offline_collect.wire.frame.frame_format import FrameFormat

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


@dataclass(frozen=True, slots=True)
class Encoding:
    """How values become bytes, unless their element says otherwise.

    Attributes:
        mti: `ascii`, `ebcdic` or `bcd`.
        bitmap: `hex` (16 upper-case digits each) or `raw` (8 bytes each).
        numeric: n and z elements: `ascii`, `ebcdic`, `bcd` (an odd number of digits is left-padded with a zero
            nibble), `bcd-right` (right-padded) or a charset.
        prefix: length prefixes: `ascii`, `ebcdic`, `bcd` or `binary`.
        binary: b elements such as the MAC, `hex` or `raw`.
        charset: of text elements.
        characters: an and ans elements: `ascii`, `ebcdic` or a charset.
    """

    mti: str
    bitmap: str
    numeric: str
    prefix: str
    binary: str
    charset: str
    characters: str = "ascii"


@dataclass(frozen=True, slots=True)
class Dialect:
    """A valid dialect, made by `offline_collect.wire.dialects.dialect_file.compile_dialect`.

    Attributes:
        name: how links name it.
        elements: by number; messages with any other element are refused.
        transmission_local: whether DE 7 is in the bank's time zone rather than in UTC.
        identity: the elements that, after the class, make up a transaction's key.
        response_codes: DE 39 of each response code.
        processing_codes: DE 3 by the message set's names.
        network_codes: DE 70 of each network function.
        reversal_reasons: what DE 39 of a reversal means.
        answer_mtis: MTIs of answers that differ from the message set's, by the request's MTI.
        version: the first digit of MTIs on the wire; the platform knows them all with 0.
        bitmaps: `as needed`; `always two` writes the second one even where it says nothing; `strict` refuses
            such a one, and hex digits in lower case.
    """

    name: str
    frame: FrameFormat
    encoding: Encoding
    elements: Mapping[int, Element]
    transmission_local: bool
    identity: tuple[int, ...]
    response_codes: Mapping[ResponseCode, str]
    processing_codes: Mapping[str, str]
    network_codes: Mapping[NetworkFunction, str]
    reversal_reasons: Mapping[str, ReversalReason]
    answer_mtis: Mapping[str, str]
    version: int = 0
    bitmaps: str = "as needed"

    @property
    def charset(self) -> str:
        """Python's name of the encoding of text."""
        return self.encoding.charset
