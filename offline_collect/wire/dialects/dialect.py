"""Dialects: the known differences between banks' message formats, as data (wire.md; schemas/dialects/)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from offline_collect.wire.security.mac_settings import MacSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offline_collect.domain.codes import ResponseCode
    from offline_collect.domain.commands import NetworkFunction, ReversalReason
    from offline_collect.wire.frame.frames import FrameFormat

LAST_ELEMENT = 128
LAST_PRIMARY = 64


class Kind(StrEnum):
    """What an element holds, in the standard's notation."""

    N = "n"
    AN = "an"
    ANS = "ans"
    TEXT = "text"
    XN = "x+n"
    B = "b"


@dataclass(frozen=True, slots=True)
class Element:
    """One data element of a dialect.

    Attributes:
        number: 2 to 128.
        name: its title, for people.
        kind: n digits, an letters and digits, ans printable ASCII, text any language, x+n a sign and digits,
            b binary shown as hex.
        length: exact length, or the maximum if there is a `prefix`; digits for n (and the digits of x+n),
            else encoded bytes.
        prefix: digits of the length prefix (2 for LLVAR, 3 for LLLVAR); 0 for a fixed length.
    """

    number: int
    name: str
    kind: Kind
    length: int
    prefix: int = 0

    @property
    def shape(self) -> str:
        """The notation of ISO 8583: `n6`, `ans..999`."""
        return f"{self.kind}{'..' if self.prefix else ''}{self.length}"


@dataclass(frozen=True, slots=True)
class Encoding:
    """How values become bytes.

    Attributes:
        mti: `ascii` or `bcd`.
        bitmap: `hex` (16 upper-case digits each) or `raw` (8 bytes each).
        numeric: n elements, `ascii` or `bcd` (an odd number of digits is left-padded with a zero nibble).
        prefix: length prefixes, `ascii` or `bcd`.
        binary: b elements such as the MAC, `hex` or `raw`.
        charset: of text elements, `utf-8` or `gb18030`.
    """

    mti: str
    bitmap: str
    numeric: str
    prefix: str
    binary: str
    charset: str


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
        mac: how MACs are made, on links with MACs.
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
    mac: MacSettings

    @property
    def charset(self) -> str:
        """Python's name of the encoding of text."""
        return self.encoding.charset
