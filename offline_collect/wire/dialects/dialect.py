"""Dialects: the known differences between banks' message formats, as data (docs/dialects.md; schemas/dialects/)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from offline_collect.wire.security.key_transit import KeyTransit
from offline_collect.wire.security.mac_settings import MacSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offline_collect.domain.codes import ResponseCode
    from offline_collect.domain.commands import NetworkFunction, ReversalReason
    from offline_collect.wire.dialects.places import Place
    from offline_collect.wire.elements.element import Element
    from offline_collect.wire.frame.frame_format import FrameFormat
    from offline_collect.wire.layouts.layout import Layout
    from offline_collect.wire.layouts.masking import Rule
    from offline_collect.wire.messages.amounts import Amounts
    from offline_collect.wire.messages.message_set.types import MessageSet
    from offline_collect.wire.messages.requests.originals import NamedOriginal

SETTLEMENT_DATE = "settlement_date"
RESPONSE_CODE = "response_code"
BRIEF = "brief"
REASON = "reason"
"""What the platform puts into a response by itself."""

NETWORK_MTIS = ("0800",)
ONE_BITMAP = "one of 128"
"""A single bitmap announces all elements; its first bit says nothing."""
STANDARD_RECORDS = (120, 121, 122, 123, 124, 125)
"""Elements that hold a record each: a bill, a merchant, or an input of a form."""
PRIVATE = 48


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
class Sent:
    """Where a message says when it was sent.

    Attributes:
        element: its number; 0 where no element says it, and the time that the message came is taken.
        local: whether it is in the business's time zone rather than in UTC.
        form: `MMDDhhmmss`, or `YYMMDDhhmmss`, which has its year.
    """

    element: int = 7
    local: bool = False
    form: str = "MMDDhhmmss"


@dataclass(frozen=True, slots=True)
class Dialect:
    """A valid dialect, made by `offline_collect.wire.dialects.dialect_file.compile_dialect`.

    Attributes:
        name: how links name it.
        elements: by number; an element that is not here is refused on the wire.
        sent: where messages say when they were sent.
        identity: the places that, after the class, make up a transaction's key.
        response_codes: DE 39 of each response code.
        processing_codes: DE 3 by the message set's names.
        network_codes: DE 70 of each network function.
        reversal_reasons: what DE 39 of a reversal means.
        answer_mtis: MTIs of answers that differ from the message set's, by the request's MTI.
        version: the first digit of MTIs on the wire; the platform knows them all with 0.
        bitmaps: `as needed`; `always two` writes the second one even where it says nothing; `one of 128` is a
            single one of twice the size; `strict` refuses an empty second one, and hex digits in lower case.
        amounts: how amounts are written.
        original: how a message names an original.
        products: our merchant of each product, by what the place `product_place` says.
        always: places of every response besides what it repeats, with the values that they get.
        decline: the same of every decline.
        mac: how MACs are made, on links with MACs.
        keys: how messages carry working keys.
        optional: elements of the message set that requests need not have: what they would say has another source.
        network_element: the element that says what a network message is about.
        network_mtis: the MTIs of network messages.
        reason_element: the element of a reversal that says why it is sent.
        reason: of reversals that do not say why; None where they must.
        simulator: what our terminal simulator says in elements that the message set does not know.
        layouts: how private data inside elements is taken apart, by the names that messages use.
        masking: what is shown of values that are hidden otherwise, by their places.
        messages: the dialect's own; None where those of schemas/messages.yaml are used.
        records: the elements that stand for 120 to 125 of the message set.
    """

    name: str
    frame: FrameFormat
    encoding: Encoding
    elements: Mapping[int, Element]
    sent: Sent
    identity: tuple[Place, ...]
    response_codes: Mapping[ResponseCode, str]
    processing_codes: Mapping[str, str]
    network_codes: Mapping[NetworkFunction, str]
    reversal_reasons: Mapping[str, ReversalReason]
    answer_mtis: Mapping[str, str]
    version: int
    bitmaps: str
    amounts: Amounts
    original: NamedOriginal
    products: Mapping[str, str]
    product_place: Place
    always: Mapping[Place, str]
    decline: Mapping[Place, str]
    mac: MacSettings
    keys: KeyTransit = field(default_factory=KeyTransit)
    optional: frozenset[int] = frozenset()
    network_element: int = 70
    network_mtis: tuple[str, ...] = NETWORK_MTIS
    reason_element: int = 39
    reason: ReversalReason | None = None
    simulator: Mapping[int, str] = field(default_factory=dict)
    layouts: Mapping[str, Layout] = field(default_factory=dict)
    masking: Mapping[Place, Rule] = field(default_factory=dict)
    messages: MessageSet | None = None
    records: tuple[int, ...] = STANDARD_RECORDS

    @property
    def transmission_local(self) -> bool:
        """Whether DE 7 is in the business's time zone rather than in UTC."""
        return self.sent.local and self.sent.element == 7  # noqa: PLR2004 - DE 7

    def mti_on_wire(self, mti: str) -> str:
        """The MTI as the dialect writes it; the platform knows version 0 of all."""
        swapped = {"0": f"{self.version}", f"{self.version}": "0"}
        return swapped.get(mti[:1], mti[:1]) + mti[1:]

    @property
    def reason_codes(self) -> Mapping[ReversalReason, str]:
        """The code that we send for each reason of a reversal: the first of its codes."""
        return {reason: code for code, reason in reversed(tuple(self.reversal_reasons.items()))}

    @property
    def tagged(self) -> frozenset[int]:
        """The elements that may hold PDS tags: those of schemas/messages.yaml, and of messages of the dialect's own."""
        types = () if self.messages is None else self.messages.types
        own = [records.elements for kind in types for records in (kind.bills, kind.answer.records) if records]
        return frozenset({PRIVATE, *self.records}.union(*own))

    @property
    def charset(self) -> str:
        """Python's name of the encoding of text."""
        return self.encoding.charset

    def charset_of(self, number: int) -> str:
        """Python's name of the encoding of an element's text."""
        element = self.elements.get(number)
        return self.charset if element is None or element.packed else element.charset
