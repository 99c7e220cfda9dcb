"""Reads a sample of answers again with the full codec, after the load, to check the fast scanner."""

from __future__ import annotations

from dataclasses import dataclass

from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.load.bills import Bill
from offline_collect_terminal.load.patched_frames import Sender
from offline_collect_terminal.load.settings import Kind
from offline_collect_terminal.scenario.expect import echoed

SAMPLES_MAX = 1_000
_AMOUNT = 4


@dataclass(frozen=True, slots=True)
class Sample:
    """An answer's bytes, and its request; the message itself only where it was composed."""

    kind: Kind
    sender: Sender
    bill: Bill
    raw: bytes
    asked: Message | None = None


class Samples:
    """Keeps every n-th answer, up to a limit.

    Attributes:
        every: 97 is a prime, so that the sample covers all slots.
    """

    def __init__(self, every: int = 97) -> None:
        self.every = every
        self.kept: list[Sample] = []

    def keep(self, kind: Kind, sender: Sender, bill: Bill, raw: bytes, asked: Message | None = None) -> None:
        """Keep one answer; over the limit, fewer and fewer."""
        if len(self.kept) >= SAMPLES_MAX:
            del self.kept[::2]
            self.every *= 2
        self.kept.append(Sample(kind, sender, bill, raw, asked))

    def problems(self, codec: Codec) -> list[str]:
        """Return the problems of the kept answers, one sentence each."""
        found = (_problem(sample, codec) for sample in self.kept)
        return [problem for problem in found if problem is not None]


def _problem(sample: Sample, codec: Codec) -> str | None:
    try:
        message = codec.decode(sample.raw)
    except DecodeError as error:
        return f"an answer to a {sample.kind} cannot be read: {error}"
    for number, wanted in _echoes(sample, codec.dialect).items():
        if message.elements.get(number, "").rstrip() != wanted:
            return f"an answer to a {sample.kind} does not repeat DE {number} of its request"
    own = codec.dialect.messages is not None
    if sample.kind is Kind.PAYMENT and not own and not _pays(message, sample.bill, codec.dialect):
        return f"an approved payment of bill {sample.bill.wanted} does not name it in tag 0030"
    return None


def _echoes(sample: Sample, dialect: Dialect) -> dict[int, str]:
    if sample.asked is not None:
        asked = sample.asked.elements
        # A lookup's answer has the amount in DE 4, which its request may have too.
        return {
            number: asked[number].rstrip()
            for number in echoed(dialect)
            if number in asked and not (number == _AMOUNT and sample.kind is Kind.LOOKUP)
        }
    processing = {Kind.PAYMENT: "PAYMENT", Kind.LOOKUP: "BILL_LOOKUP"}[sample.kind]
    echoes = {
        3: dialect.processing_codes[processing],
        32: sample.sender.institution,
        41: sample.sender.terminal,
        42: sample.bill.merchant_id,
    }
    if sample.kind is Kind.PAYMENT:
        echoes[4] = f"{sample.bill.amount_minor:012d}"
    return echoes


def _pays(message: Message, bill: Bill, dialect: Dialect) -> bool:
    if message.elements.get(39) != dialect.response_codes[ResponseCode.APPROVED]:
        return True
    try:
        return parse_pds(message.elements.get(48, ""), dialect.charset_of(48)).get("0030") == bill.wanted
    except DecodeError:
        return False
