"""The requests that a teller's terminal sends, built from values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from offline_collect.domain.commands import (
    Channel,
    NetworkFunction,
    ReversalReason,
    Tender,
    TotalsFigures,
)
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.dialects.patterns import filled
from offline_collect.wire.layouts.pds import build_pds
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.wire.spoken import PROCESSING, named_original, same_as_original, spoken

FIRST_INPUT_TAG = 21
FIRST_RECORD = 120
BILLS_MAX = 6
"""The most bills of one payment: a record each in 120 to 125."""
TERMINAL = 41
_FIGURES = {
    74: "credits",
    75: "credit_reversals",
    76: "debits",
    77: "debit_reversals",
    86: "credits_minor",
    87: "credit_reversals_minor",
    88: "debits_minor",
    89: "debit_reversals_minor",
}
_KEPT = (4, 42, 49)
"""What a reversal has from its original."""

_REPEATS = {"0200": "0201", "0220": "0221", "0400": "0401"}


class Feature(Enum):
    """What a dialect may have no message for."""

    DIRECTORY = "a directory of merchants, with their forms"
    SIGN_ON = "a sign-on"
    SIGN_OFF = "a sign-off"
    ECHO = "an echo test"
    STATUS = "a status request"
    ADVICE = "an advice"
    TOTALS = "totals"


@dataclass(frozen=True, slots=True)
class PaidBill:
    """A bill of a payment, with its own amount; the payer's fee is not a part of it."""

    bill_no: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Sender:
    """The payer's side of requests.

    Attributes:
        teller: PDS 0060; only a teller's channel carries it.
        channel: TELLER or KIOSK.
        currency: ISO 4217 number, DE 49: a lookup's answer does not name the bill's.
    """

    teller: str
    channel: Channel
    currency: str


class Requests:
    """Builds the requests of one terminal.

    Args:
        dialect: gives the codes of DE 3, 39 and 70.
        stamp: returns the variables of the next message, see :class:`offline_collect_terminal.wire.stamps.Stamps`.

    Attributes:
        features: what the dialect has messages for.
    """

    features = frozenset(Feature)

    def __init__(self, dialect: Dialect, stamp: Callable[[], Mapping[str, str]], sender: Sender) -> None:
        self._dialect = dialect
        self._stamp = stamp
        self.sender = sender
        self._identity = dialect.identity
        self._reasons = dialect.reason_codes

    def network(self, function: NetworkFunction) -> Message:
        """Return a sign-on, sign-off or echo test."""
        stamp = self._stamp()
        elements = {7: stamp["transmission_time"], 11: stamp["stan"]}
        if function is not NetworkFunction.ECHO:
            elements[32] = stamp["institution"]
        return self._said("0800", elements | {70: filled(self._dialect.network_codes[function])})

    def directory(self, cursor: str | None = None) -> Message:
        """Return the request for a page of merchants."""
        return self._inquiry("MERCHANT_DIRECTORY", {"0040": cursor})

    def form(self, merchant_id: str) -> Message:
        """Return the request for a merchant's form."""
        return self._inquiry("FORM_DOWNLOAD", {}, merchant_id)

    def lookup(
        self,
        merchant_id: str,
        inputs: tuple[str | None, ...],
        form_version: str | None,
        cursor: str | None = None,
    ) -> Message:
        """Return the lookup by a form's inputs, in its order; None for an omitted input."""
        tags = {f"{FIRST_INPUT_TAG + place:04d}": typed for place, typed in enumerate(inputs)}
        told = {"0001": form_version, **tags, "0040": cursor, "0062": self.sender.channel.value}
        return self._inquiry("BILL_LOOKUP", told, merchant_id)

    def bill(self, merchant_id: str, bill_no: str) -> Message:
        """Return the lookup of one bill by its number."""
        tags = {"0030": bill_no, "0062": self.sender.channel.value}
        return self._inquiry("BILL_LOOKUP", tags, merchant_id)

    def payment(
        self,
        merchant_id: str,
        bills: Sequence[PaidBill],
        tender: Tender,
        fee_minor: int = 0,
        owed: Sequence[object] = (),  # noqa: ARG002 - dialects with messages of their own say it again
    ) -> Message:
        """Return a payment of one bill or, with a record each, of several bills of one customer."""
        return self._said("0200", self._paying(merchant_id, bills, tender, fee_minor))

    def advice(
        self, merchant_id: str, bill: PaidBill, tender: Tender, taken_on: dt.date | None = None
    ) -> Message:
        """Return the advice of money taken without asking the platform; ``taken_on`` is another day than today."""
        elements = self._paying(merchant_id, [bill], tender, 0)
        if taken_on is not None:
            elements[13] = f"{taken_on:%m%d}"
        return self._said("0220", elements)

    def completing(self, payment: Message) -> Message:
        """Return the advice that the money of an unanswered payment was taken."""
        stamp = self._stamp()
        fresh = {
            7: stamp["transmission_time"],
            11: stamp["stan"],
            37: stamp["rrn"],
            90: named_original(payment, self._dialect),
        }
        said = spoken(fresh, self._dialect)
        return Message("0220", dict(sorted({**payment.elements, **said}.items())))

    def status(self, original: Message) -> Message:
        """Return the status request for a payment or advice."""
        request = self._inquiry("PAYMENT_STATUS", {})
        return Message(request.mti, dict(sorted((request.elements | self._naming(original)).items())))

    def reversal(self, original: Message, reason: ReversalReason) -> Message:
        """Return the full reversal of a payment or advice."""
        stamp, told = self._stamp(), original.elements
        elements = {
            3: filled(self._dialect.processing_codes["PAYMENT"]),
            7: stamp["transmission_time"],
            11: stamp["stan"],
            32: stamp["institution"],
            39: self._reasons[reason],
            **{number: told[number] for number in _KEPT if number in told},
        }
        if 12 in self._identity:  # noqa: PLR2004 - DE 12: the reversal's own key needs its time
            elements |= {12: stamp["local_time"], 13: stamp["local_date"]}
        said = self._said("0400", elements)
        return Message("0400", dict(sorted((said.elements | self._naming(original)).items())))

    def totals(self, on: dt.date, figures: TotalsFigures) -> Message:
        """Return the comparison of a closed business day's figures."""
        stamp, net = self._stamp(), figures.net_minor
        return self._said(
            "0500",
            {
                7: stamp["transmission_time"],
                11: stamp["stan"],
                15: f"{on:%m%d}",
                32: stamp["institution"],
                50: self.sender.currency,
                **{number: str(getattr(figures, name)) for number, name in _FIGURES.items()},
                97: f"{'D' if net < 0 else 'C'}{abs(net):016d}",
            },
        )

    def _naming(self, original: Message) -> dict[int, str]:
        """Return the elements that name an original: DE 90 and identifying elements that it cannot hold."""
        told, dialect = original.elements, self._dialect
        repeated = {
            number: told[number]
            for number in (37, 41, 42)
            if number in told and (number == TERMINAL or number in self._identity)
        }
        naming = {90: named_original(original, dialect)}
        same = {number: told[number] for number in same_as_original(naming, dialect) if number in told}
        return repeated | same | spoken(naming, dialect)

    def _said(self, mti: str, elements: Mapping[int, str]) -> Message:
        """Return a request as the dialect has it."""
        said = spoken(elements, self._dialect)
        if PROCESSING in said:
            said = {**self._dialect.simulator, **said}
        return Message(mti, dict(sorted(said.items())))

    def _inquiry(
        self, processing: str, tags: Mapping[str, str | None], merchant_id: str | None = None
    ) -> Message:
        stamp = self._stamp()
        elements = {
            3: filled(self._dialect.processing_codes[processing]),
            7: stamp["transmission_time"],
            11: stamp["stan"],
            32: stamp["institution"],
            41: stamp["terminal"],
        }
        if merchant_id is not None:
            elements[42] = merchant_id
        private = self._private(tags)
        if private:
            elements[48] = private
        return self._said("0100", elements)

    def _paying(
        self, merchant_id: str, bills: Sequence[PaidBill], tender: Tender, fee_minor: int
    ) -> dict[int, str]:
        stamp, sender = self._stamp(), self.sender
        amount = sum(bill.amount_minor for bill in bills) + fee_minor
        one = bills[0].bill_no if len(bills) == 1 else None
        tags = {
            "0030": one,
            "0060": sender.teller if sender.channel is Channel.TELLER else None,
            "0061": tender.value,
            "0062": sender.channel.value,
            "0065": str(fee_minor) if fee_minor else None,
        }
        return {
            3: filled(self._dialect.processing_codes["PAYMENT"]),
            4: f"{amount:012d}",
            7: stamp["transmission_time"],
            11: stamp["stan"],
            12: stamp["local_time"],
            13: stamp["local_date"],
            32: stamp["institution"],
            37: stamp["rrn"],
            41: stamp["terminal"],
            42: merchant_id,
            48: self._private(tags),
            49: sender.currency,
            **({} if one else dict(enumerate(map(self._record, bills), FIRST_RECORD))),
        }

    def _record(self, bill: PaidBill) -> str:
        return self._private({"0030": bill.bill_no, "0059": str(bill.amount_minor)})

    def _private(self, tags: Mapping[str, str | None]) -> str:
        given = [(tag, value) for tag, value in tags.items() if value]
        return build_pds(given, self._dialect.charset) if given else ""


def repeat_of(request: Message) -> Message:
    """Return a request as a repeat under its own key (xx01, xx21)."""
    return Message(_REPEATS.get(request.mti, request.mti), dict(request.elements))
