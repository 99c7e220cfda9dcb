"""Commands as a terminal's messages become them, with their keys, traces and fingerprints."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import (
    BillLine,
    Channel,
    Directory,
    FormDownload,
    Lookup,
    Payment,
    PaymentAdvice,
    Reversal,
    ReversalReason,
    Status,
    Tender,
    Totals,
    TotalsFigures,
    WriteCommand,
)

LINK = "fep-1"
ALLOWED_MS = 10_000

AnyPayment = TypeVar("AnyPayment", bound=Payment)
AnyWrite = TypeVar("AnyWrite", bound=WriteCommand)


def key_of(letter: str, institution: str, terminal: str, stan: str, sent_at: dt.datetime) -> str:
    """Return a transaction's key."""
    return f"{letter}|{institution}|{terminal}|{stan}|{sent_at.astimezone(dt.UTC):%Y%m%d%H%M%S}"


def fingerprint_of(payment: Payment) -> str:
    """Return the content that a payment's key identifies: DE 3, 4, 42, 49 and the bill."""
    bills = payment.bill_no
    if payment.lines:
        listed = "\\n".join(f"{line.bill_no}={line.amount_minor}" for line in payment.lines)
        bills = hashlib.sha256(listed.encode()).hexdigest()
    return f"500000|{payment.amount_minor:012d}|{payment.merchant_id}|{payment.currency}|{bills}"


def original_elements(original_key: str) -> str:
    """Return DE 90 for an original's key."""
    _, institution, _, stan, sent_at = original_key.split("|")
    return f"0200{stan}{sent_at[4:]}{institution:0>11}{'':0>11}"


def changed(payment: AnyPayment, **fields: Any) -> AnyPayment:
    """Return a payment with different content under the same key."""
    other = replace(payment, **fields)
    return replace(other, fingerprint=fingerprint_of(other))


def repeated(command: AnyWrite, received_at: dt.datetime | None = None) -> AnyWrite:
    """Return the same message again, as a repeat (xx01, xx21)."""
    return replace(command, repeat=True, received_at=received_at or command.received_at)


def stamped_afresh(command: AnyWrite, now: dt.datetime) -> AnyWrite:
    """Return a repeat with a new DE 7."""
    sent_at = now.replace(microsecond=0)
    key = key_of(command.key[0], command.institution, command.terminal, command.stan, sent_at)
    return replace(command, key=key, sent_at=sent_at, received_at=now, repeat=True)


@dataclass
class Terminal:
    """A terminal that numbers its messages.

    Every method takes the time that the message is sent and received at.
    """

    terminal: str = "TERM0001"
    institution: str = "12345678"
    stan: int = 0

    def payment(self, now: dt.datetime, merchant_id: str, bill_no: str, amount: int, **more: Any) -> Payment:
        """Return a 0200 over ``amount`` minor units."""
        return self._signed(Payment(**self._paying(now, merchant_id, bill_no, amount, more)))

    def payment_of(
        self, now: dt.datetime, merchant_id: str, amounts: Mapping[str, int], **more: Any
    ) -> Payment:
        """Return a 0200 of several bills."""
        return self._signed(Payment(**self._paying_several(now, merchant_id, amounts, more)))

    def advice_of(
        self,
        now: dt.datetime,
        merchant_id: str,
        amounts: Mapping[str, int],
        completes: WriteCommand | None = None,
        **more: Any,
    ) -> PaymentAdvice:
        """Return a 0220 of several bills."""
        values = self._paying_several(now, merchant_id, amounts, {})
        if completes is not None:
            values |= {"original_key": completes.key, "original_institution": completes.institution}
        return self._signed(PaymentAdvice(**values | more))

    def _paying_several(
        self, now: dt.datetime, merchant_id: str, amounts: Mapping[str, int], more: dict[str, Any]
    ) -> dict[str, Any]:
        lines = tuple(BillLine(bill_no, amount) for bill_no, amount in amounts.items())
        more = {"lines": lines} | more
        return self._paying(now, merchant_id, lines[0].bill_no, sum(amounts.values()), more)

    def advice(
        self,
        now: dt.datetime,
        merchant_id: str,
        bill_no: str,
        amount: int,
        completes: WriteCommand | None = None,
        **more: Any,
    ) -> PaymentAdvice:
        """Return a 0220; ``completes`` is the request that its DE 90 names."""
        values = self._paying(now, merchant_id, bill_no, amount, {})
        if completes is not None:
            values |= {"original_key": completes.key, "original_institution": completes.institution}
        return self._signed(PaymentAdvice(**values | more))

    def reversal(
        self,
        now: dt.datetime,
        original: Payment,
        reason: ReversalReason = ReversalReason.NO_ANSWER,
        **more: Any,
    ) -> Reversal:
        """Return a 0400, or a 0420 with ``advice=True``."""
        values = {
            **self._written("R", now),
            "advice": False,
            "reason": reason,
            "merchant_id": original.merchant_id,
            "amount_minor": original.amount_minor,
            "currency": original.currency,
            "original_key": original.key,
            "original_institution": original.institution,
            **more,
        }
        unsigned = Reversal(**values)
        de_90 = original_elements(unsigned.original_key)
        signed = f"{unsigned.amount_minor:012d}|{unsigned.reason.value}|{unsigned.merchant_id}|{de_90}"
        return replace(unsigned, fingerprint=signed)

    def status(self, now: dt.datetime, original: Payment, **more: Any) -> Status:
        """Return a 0100/360000 that asks after ``original``."""
        values = {
            **self._sent(now),
            "original_key": original.key,
            "original_institution": original.institution,
            "original_sent_at": original.sent_at,
            "journal": "0100 360000",
            **more,
        }
        return Status(**values)

    def lookup(self, now: dt.datetime, merchant_id: str, *inputs: str | None, **more: Any) -> Lookup:
        """Return a 0100/380000 by inputs, or by ``bill_no``."""
        return Lookup(**{**self._sent(now), "merchant_id": merchant_id, "inputs": inputs, **more})

    def form_download(self, now: dt.datetime, merchant_id: str) -> FormDownload:
        """Return a 0100/390000."""
        return FormDownload(**self._sent(now), merchant_id=merchant_id)

    def directory(self, now: dt.datetime, cursor: str | None = None) -> Directory:
        """Return a 0100/391000."""
        return Directory(**self._sent(now), cursor=cursor)

    def totals(self, now: dt.datetime, on: BusinessDate, figures: TotalsFigures, **more: Any) -> Totals:
        """Return a 0500 with the front end's figures."""
        values = {
            **self._sent(now),
            "terminal": None,
            "business_date": on,
            "currency": "156",
            "figures": figures,
            "net_minor": figures.net_minor,
            **more,
        }
        return Totals(**values)

    def _sent(self, now: dt.datetime) -> dict[str, Any]:
        self.stan = self.stan % 999_999 + 1
        return {
            "link": LINK,
            "institution": self.institution,
            "terminal": self.terminal,
            "stan": f"{self.stan:06d}",
            "sent_at": now.replace(microsecond=0),
            "received_at": now,
            "allowed_ms": ALLOWED_MS,
        }

    def _written(self, letter: str, now: dt.datetime) -> dict[str, Any]:
        sent = self._sent(now)
        stan, rrn = sent["stan"], f"R{self.stan:011d}"
        return {
            **sent,
            "key": key_of(letter, self.institution, self.terminal, stan, sent["sent_at"]),
            "trace": None if letter == "R" else f"P|{self.institution}|{self.terminal}|{stan}|{rrn}",
            "fingerprint": "",
            "repeat": False,
            "rrn": rrn,
            "journal": f"0200 11={stan}",
        }

    def _paying(
        self,
        now: dt.datetime,
        merchant_id: str,
        bill_no: str,
        amount: int,
        more: dict[str, Any],
    ) -> dict[str, Any]:
        return {
            **self._written("P", now),
            "merchant_id": merchant_id,
            "bill_no": bill_no,
            "amount_minor": amount,
            "currency": "156",
            "tender": Tender.CASH,
            "channel": Channel.TELLER,
            "teller": "T001",
            "local_date": now.date(),
            **more,
        }

    @staticmethod
    def _signed(payment: AnyPayment) -> AnyPayment:
        return replace(payment, fingerprint=fingerprint_of(payment))
