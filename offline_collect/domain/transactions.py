"""What is kept of decided commands: transactions, payments, reversals (domain.md, Things)."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from offline_collect.domain.answers import Answer
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Channel, ReversalReason, Tender
from offline_collect.domain.values import value

TOMBSTONE_FINGERPRINT = "TOMBSTONE"
"""Stands where a tombstone's fingerprint would be: nobody knows what its original would have said."""


class TransactionKind(StrEnum):
    """What a row under a key is."""

    PAYMENT = "PAYMENT"
    ADVICE = "ADVICE"
    REVERSAL = "REVERSAL"
    TOMBSTONE = "TOMBSTONE"
    OFFICE = "OFFICE"


@value
class Transaction:
    """One decided write command: journal, duplicate check and tombstone in one row.

    Attributes:
        key: unique over all transactions.
        fingerprint: what the key stands for, card numbers in it masked; :data:`TOMBSTONE_FINGERPRINT` while only
            a tombstone is there.
        serial_number: of the payment that it posted or confirms, or of the reversal that it is; None if
            nothing was posted.
        amount_minor: DE 4; None for a tombstone.
        journal: the masked request, as the wire wrote it.
    """

    key: str
    fingerprint: str
    kind: TransactionKind
    answer: Answer
    business_date: BusinessDate
    serial_number: str | None
    amount_minor: int | None
    currency: str | None
    institution: str
    terminal: str
    received_at: dt.datetime
    journal: str


class PaymentState(StrEnum):
    """A payment's state only advances (see :data:`ADVANCES`)."""

    APPROVED = "APPROVED"
    SUSPENSE = "SUSPENSE"
    REVERSED = "REVERSED"
    REFUNDED = "REFUNDED"
    APPLIED = "APPLIED"


ADVANCES: dict[PaymentState, frozenset[PaymentState]] = {
    PaymentState.APPROVED: frozenset({PaymentState.REVERSED}),
    PaymentState.SUSPENSE: frozenset(
        {PaymentState.REVERSED, PaymentState.REFUNDED, PaymentState.APPLIED},
    ),
    PaymentState.APPLIED: frozenset({PaymentState.REVERSED}),
    PaymentState.REVERSED: frozenset(),
    PaymentState.REFUNDED: frozenset(),
}

ON_BILL = frozenset({PaymentState.APPROVED, PaymentState.APPLIED})
"""States in which a payment's parts count on its bill."""


@value
class PostedPayment:
    """A payment of one bill as it was posted; its amounts never change.

    A transaction that pays several bills posts several of them: its lines, with one serial number.

    Attributes:
        serial_number: business date YYYYMMDD and 12 digits.
        key: the transaction that posted it.
        bill_no: as the command named it; the bill need not exist for a payment in suspense, and then what could
            be a card's number is masked, as it is in ``merchant_id``.
        principal_minor: what went to the bill's principal; 0 in suspense.
        owed_principal_minor: what the bill owed when it was taken.
        state_by: serial number of the posting that brought it into its state.
        in_totals: whether the day's totals count it: not if it was posted and contra-posted together.
        payer_fee_minor: what the payer was charged beside the bill; a part of the amount.
        line: its place among the lines of its transaction, from 1.
    """

    serial_number: str
    key: str
    merchant_id: str
    bill_no: str
    customer_no: str | None
    amount_minor: int
    currency: str
    principal_minor: int
    late_fee_minor: int
    waived_minor: int
    owed_principal_minor: int
    owed_late_fee_minor: int
    channel: Channel
    tender: Tender
    teller: str | None
    institution: str
    terminal: str
    business_date: BusinessDate
    posted_at: dt.datetime
    approval_code: str
    state: PaymentState
    state_by: str
    in_totals: bool
    payer_fee_minor: int = 0
    line: int = 1

    @property
    def name(self) -> str:
        """Return what it is called: its serial number, with its line if this is not the first."""
        return line_name(self.serial_number, self.line)


def line_name(serial_number: str, line: int) -> str:
    """Return what a line of a payment is called: ``SERIAL``, ``SERIAL/2``, ``SERIAL/3``."""
    return serial_number if line == 1 else f"{serial_number}/{line}"


class ReversalOutcome(StrEnum):
    """What a reversal did (PDS 0082, but for DECLINED)."""

    APPLIED = "APPLIED"
    NOTHING = "NOTHING"
    DECLINED = "DECLINED"
    TOMBSTONE = "TOMBSTONE"


@value
class PostedReversal:
    """A decided reversal.

    Attributes:
        original_serial: of the payment that it reverses; None where there is none.
        original_business_date: the payment's own date, where it differs the reversal names both.
    """

    serial_number: str
    key: str
    original_key: str
    original_serial: str | None
    reason: ReversalReason
    outcome: ReversalOutcome
    amount_minor: int
    currency: str | None
    institution: str
    business_date: BusinessDate
    original_business_date: BusinessDate | None
    posted_at: dt.datetime
