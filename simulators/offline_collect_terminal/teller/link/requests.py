"""The requests that a teller's terminal sends (wire.md, Messages), built from values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from offline_collect.domain.commands import (
    Channel,
    NetworkFunction,
    ReversalReason,
    Tender,
    TotalsFigures,
)
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.layouts.pds import build_pds
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.wire.spoken import named_original

FIRST_INPUT_TAG = 21
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
_REPEATS = {"0200": "0201", "0220": "0221", "0400": "0401"}


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
    """

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
        return Message("0800", elements | {70: self._dialect.network_codes[function]})

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
        return self._inquiry("BILL_LOOKUP", {"0001": form_version, **tags, "0040": cursor}, merchant_id)

    def bill(self, merchant_id: str, bill_no: str) -> Message:
        """Return the lookup of one bill by its number."""
        return self._inquiry("BILL_LOOKUP", {"0030": bill_no}, merchant_id)

    def payment(self, merchant_id: str, bill_no: str, amount_minor: int, tender: Tender) -> Message:
        """Return a payment of one bill."""
        return Message("0200", self._paying(merchant_id, bill_no, amount_minor, tender))

    def advice(
        self, merchant_id: str, bill_no: str, amount_minor: int, tender: Tender, taken_on: dt.date | None
    ) -> Message:
        """Return the advice of money taken without asking the platform; ``day`` is another day than today."""
        elements = self._paying(merchant_id, bill_no, amount_minor, tender)
        if taken_on is not None:
            elements[13] = f"{taken_on:%m%d}"
        return Message("0220", elements)

    def completing(self, payment: Message) -> Message:
        """Return the advice that the money of an unanswered payment was taken."""
        stamp = self._stamp()
        fresh = {
            7: stamp["transmission_time"],
            11: stamp["stan"],
            37: stamp["rrn"],
            90: named_original(payment, self._dialect),
        }
        return Message("0220", dict(sorted({**payment.elements, **fresh}.items())))

    def status(self, original: Message) -> Message:
        """Return the status request for a payment or advice."""
        request = self._inquiry("PAYMENT_STATUS", {})
        return Message(request.mti, request.elements | self._naming(original))

    def reversal(self, original: Message, reason: ReversalReason) -> Message:
        """Return the full reversal of a payment or advice."""
        stamp, told = self._stamp(), original.elements
        elements = {
            3: self._dialect.processing_codes["PAYMENT"],
            4: told[4],
            7: stamp["transmission_time"],
            11: stamp["stan"],
            32: told[32],
            39: self._reasons[reason],
            42: told[42],
            49: told[49],
        }
        if 12 in self._identity:  # noqa: PLR2004 - DE 12: the reversal's own key needs its time
            elements |= {12: stamp["local_time"], 13: stamp["local_date"]}
        return Message("0400", elements | self._naming(original))

    def totals(self, on: dt.date, figures: TotalsFigures) -> Message:
        """Return the comparison of a closed business day's figures."""
        stamp, net = self._stamp(), figures.net_minor
        return Message(
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
        repeated = {
            number: original.elements[number]
            for number in (37, 41, 42)
            if number == TERMINAL or number in self._identity
        }
        return repeated | {90: named_original(original, self._dialect)}

    def _inquiry(
        self, processing: str, tags: Mapping[str, str | None], merchant_id: str | None = None
    ) -> Message:
        stamp = self._stamp()
        elements = {
            3: self._dialect.processing_codes[processing],
            7: stamp["transmission_time"],
            11: stamp["stan"],
            32: stamp["institution"],
            41: stamp["terminal"],
        }
        if merchant_id is not None:
            elements[42] = merchant_id
        given = [(tag, value) for tag, value in tags.items() if value]
        if given:
            elements[48] = build_pds(given, self._dialect.charset)
        return Message("0100", elements)

    def _paying(self, merchant_id: str, bill_no: str, amount_minor: int, tender: Tender) -> dict[int, str]:
        stamp, sender = self._stamp(), self.sender
        tags = [("0030", bill_no), ("0061", tender.value), ("0062", sender.channel.value)]
        if sender.channel is Channel.TELLER:
            tags.insert(1, ("0060", sender.teller))
        return {
            3: self._dialect.processing_codes["PAYMENT"],
            4: f"{amount_minor:012d}",
            7: stamp["transmission_time"],
            11: stamp["stan"],
            12: stamp["local_time"],
            13: stamp["local_date"],
            32: stamp["institution"],
            37: stamp["rrn"],
            41: stamp["terminal"],
            42: merchant_id,
            48: build_pds(tags, self._dialect.charset),
            49: sender.currency,
        }


def repeat_of(request: Message) -> Message:
    """Return a request as a repeat under its own key (xx01, xx21)."""
    return Message(_REPEATS.get(request.mti, request.mti), dict(request.elements))
