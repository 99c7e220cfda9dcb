"""Shows a message in words on one line; columns line up for characters of any width."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.cells import cell_len, set_cell_size

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import NetworkFunction, ReversalReason
from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.cards import mask_cards, mask_pan
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.dialects.patterns import meaning_of
from offline_collect.wire.dialects.places import element_of
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.message_set.types import is_answer
from offline_collect.wire.messages.private_data import PrivateData

KIND_CELLS = 21
TERMINAL_CELLS = 8
MERCHANT_CELLS = 8
BYTES_SHOWN = 24

_INPUTS = ("0021", "0022", "0023", "0024", "0025")
_KINDS = {
    "0200": "payment",
    "0201": "payment repeated",
    "0220": "payment advice",
    "0221": "advice repeated",
    "0400": "reversal",
    "0401": "reversal repeated",
    "0420": "reversal advice",
    "0421": "rev. advice repeated",
    "0500": "totals",
    "0520": "totals advice",
}
_READS = {
    "BILL_LOOKUP": "bill lookup",
    "FORM_DOWNLOAD": "form download",
    "MERCHANT_DIRECTORY": "merchant directory",
    "PAYMENT_STATUS": "payment status",
}
_FUNCTIONS = {
    NetworkFunction.SIGN_ON: "sign-on",
    NetworkFunction.SIGN_OFF: "sign-off",
    NetworkFunction.NEW_KEY: "new working key",
    NetworkFunction.CUTOVER: "cutover notice",
    NetworkFunction.ECHO: "echo test",
}
_REASONS = {
    ReversalReason.WRITE_OFF: "written off",
    ReversalReason.NO_ANSWER: "no answer in time",
    ReversalReason.ERROR: "error",
    ReversalReason.MALFUNCTION: "malfunction",
}
_TOLD = (
    ("0070", "serial"),
    ("0080", "original"),
    ("0081", "answered"),
    ("0082", "reversal"),
    ("0072", "receipt"),
    ("0032", ""),
    ("0041", "open"),
    ("0055", "payable"),
    ("0057", "at least"),
    ("0066", "in steps of"),
    ("0040", "next page"),
)
"""The tags of an answer's DE 48 that are shown, each with its word."""

_RECORD_TAGS = {
    "0030": ("0030", "0050", "0055", "0056"),
    "0006": ("0002", "0003", "0009"),
    "0005": ("0005", "0002", "0003"),
}
"""The tags shown of a record, by the tag that identifies its kind: a bill, an input, a merchant."""

_AMOUNTS = frozenset({"0053", "0054", "0055", "0057", "0066"})


class Wording:
    """Puts messages of a dialect into words."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._functions = {code: function for function, code in dialect.network_codes.items()}
        codes = dialect.response_codes
        shared = Counter(codes.values())
        self._codes = {code: name for name, code in codes.items() if shared[code] == 1}
        self._shared = shared.keys() - self._codes.keys()
        self._processing = {code: name for name, code in dialect.processing_codes.items()}

    def line(self, message: Message) -> str:
        """Return a message on one line, card and account numbers masked."""
        words = self._answered(message) if is_answer(message.mti) else self._asked(message)
        part = message.elements.get
        line = " ".join(
            [
                message.mti,
                _cells(words, KIND_CELLS),
                _cells(part(41, ""), TERMINAL_CELLS),
                _cells(part(42, "").rstrip(), MERCHANT_CELLS),
                "  ".join(self._details(message)),
            ],
        )
        return line.rstrip()

    def kind(self, message: Message) -> str:
        """Return the kind of a request, in words; in a dialect with messages of its own, as it calls them."""
        if self._dialect.messages is not None:
            kinds = PrivateData(self._dialect, message.mti, message.elements).kinds
            return kinds[0].name.replace("-", " ") if kinds else "unknown message"
        if message.mti.startswith("08"):
            code = message.elements.get(self._dialect.network_element, "")
            function = meaning_of(self._functions, code)
            return _FUNCTIONS[function] if function else "network management"
        if message.mti == "0100":
            return _READS.get(meaning_of(self._processing, message.elements.get(3, "")) or "", "inquiry")
        return _KINDS.get(message.mti, "unknown message")

    def _asked(self, message: Message) -> str:
        return self.kind(message)

    def _answered(self, message: Message) -> str:
        code = message.elements.get(39, "??")
        if code in self._shared:
            return f"{code} declined"
        name = self._codes.get(code)
        return f"{code} {'no such code' if name is None else name.name.lower().replace('_', ' ')}"

    def _details(self, message: Message) -> Iterator[str]:
        if is_answer(message.mti):
            yield from self._told(message)
        else:
            yield from self._wanted(message)

    def _wanted(self, message: Message) -> Iterator[str]:
        part, tags = message.elements.get, self._tags(message, 48)
        if 2 in message.elements:  # noqa: PLR2004 - the PAN
            yield mask_pan(message.elements[2])
        if "0030" in tags:
            yield mask_cards(tags["0030"])
        records = (
            self._tags(message, number) for number in self._dialect.records if number in message.elements
        )
        yield from (mask_cards(record["0030"]) for record in records if "0030" in record)
        yield from (mask_cards(tags[tag]) for tag in _INPUTS if tag in tags)
        if 4 in message.elements:  # noqa: PLR2004 - the amount
            yield _amount(message.elements[4], part(49))
        yield from (tags[tag] for tag in ("0061", "0062") if tag in tags)
        if named := part(element_of(self._dialect.original.element)):
            yield f"of {named[:4]} STAN {named[4:10]}"
        if message.mti.startswith("04") and (given := part(self._dialect.reason_element)):
            reason = self._dialect.reversal_reasons.get(given)
            yield _REASONS[reason] if reason else f"reason {given}"
        yield from self._figures(message)

    def _told(self, message: Message) -> Iterator[str]:
        part, tags = message.elements.get, self._tags(message, 48)
        if self._codes.get(part(39, "")) is not ResponseCode.APPROVED:
            yield mask_cards(part(63) or part(44) or "no reason given")
        if meaning_of(self._processing, part(3, "")) == "BILL_LOOKUP" and 4 in message.elements:  # noqa: PLR2004 - the amount
            yield f"payable {_amount(message.elements[4], part(49))}"
        for tag, word in _TOLD:
            if tag in tags:
                yield f"{word} {_tag(tag, tags[tag])}".strip()
        if "0002" in tags:
            yield f"form {tags.get('0001', '')} {tags['0002']}"
        records = [number for number in self._dialect.records if number in message.elements]
        yield from (self._record(message, number) for number in records)
        yield from self._figures(message)

    def _figures(self, message: Message) -> Iterator[str]:
        """Return the totals' counts and sums."""
        part = message.elements.get
        if not message.mti.startswith("05") or 74 not in message.elements:  # noqa: PLR2004 - credits
            return
        currency = part(50)
        yield f"payments {int(part(74, '0'))} {_amount(part(86, '0'), currency)}"
        yield f"reversals {int(part(75, '0'))} {_amount(part(87, '0'), currency)}"
        net = part(97, "C0")
        yield f"net {'-' if net[0] == 'D' else ''}{_amount(net[1:], currency)}"

    def _record(self, message: Message, number: int) -> str:
        tags = self._tags(message, number)
        kind = next((tag for tag in _RECORD_TAGS if tag in tags), "")
        shown = _RECORD_TAGS.get(kind, ())
        return "[" + " ".join(_tag(tag, tags[tag]) for tag in shown if tag in tags) + "]"

    def _tags(self, message: Message, number: int) -> dict[str, str]:
        if self._dialect.messages is not None:
            return {}  # what looks like tags may be something else
        try:
            return parse_pds(message.elements.get(number, ""), self._dialect.charset)
        except DecodeError:
            return {}


def bytes_line(stream: bytes) -> str:
    """Return undecodable bytes on one line: as text if possible, shortened, cards masked."""
    shown = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in stream)  # noqa: PLR2004 - printable ASCII
    cut = mask_cards(shown)[:BYTES_SHOWN]
    return f"{len(stream)} bytes: {cut}{'…' if len(shown) > BYTES_SHOWN else ''}"


def _tag(tag: str, value: str) -> str:
    if tag in _AMOUNTS:
        return _amount(value)
    return mask_cards(value)


def _amount(minor: str, currency: str | None = None) -> str:
    """Return an amount as text; one that is not a number stays as it is."""
    if not (minor.isascii() and minor.isdigit()):
        return minor
    return format_major(int(minor), currency if currency in CURRENCIES else "156")


def _cells(text: str, width: int) -> str:
    """Pad with spaces to a width in terminal cells; a longer text stays whole."""
    return text if cell_len(text) >= width else set_cell_size(text, width)
