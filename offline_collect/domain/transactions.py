"""The stored records of decided commands: transactions, payments, reversals."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from offline_collect.domain.answers import Answer
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Channel, ReversalReason, Tender
from offline_collect.domain.values import value

TOMBSTONE_FINGERPRINT = "TOMBSTONE"
"""The fingerprint of a tombstone: the content of its original is unknown."""


class TransactionKind(StrEnum):
    """Kinds of transactions."""

    PAYMENT = "PAYMENT"
    ADVICE = "ADVICE"
    REVERSAL = "REVERSAL"
    TOMBSTONE = "TOMBSTONE"
    OFFICE = "OFFICE"
    BATCH = "BATCH"


@value
class Transaction:
    """One decided write command: journal, duplicate check and tombstone in one row.

    Attributes:
        key: unique over all transactions.
        fingerprint: the values that must not change for one key, with card numbers masked;
            :data:`TOMBSTONE_FINGERPRINT` for a tombstone.
        serial_number: serial number of the payment that it posted or confirms, or of its reversal; None if nothing
            was posted.
        amount_minor: DE 4; None for a tombstone.
        journal: the masked request, as the wire package wrote it.
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
    """A posted payment of one bill; its amounts never change.

    A transaction that pays several bills posts several of them: its lines, with one serial number.

    Attributes:
        serial_number: business date YYYYMMDD and 12 digits.
        key: the transaction that posted it.
        bill_no: the bill number in the command. For a payment in suspense the bill may not exist; then possible
            card numbers are masked, here and in ``merchant_id``.
        principal_minor: the part that paid the bill's principal; 0 in suspense.
        owed_principal_minor: the principal that the bill owed before the payment.
        state_by: serial number of the posting that caused its state.
        in_totals: whether the day's totals count it; False if it was posted and reversed together.
        payer_fee_minor: the payer's fee, a part of the amount.
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
        """Return its name: its serial number, with its line if this is not the first."""
        return line_name(self.serial_number, self.line)


def line_name(serial_number: str, line: int) -> str:
    """Return the name of a payment's line: ``SERIAL``, ``SERIAL/2``, ``SERIAL/3``."""
    return serial_number if line == 1 else f"{serial_number}/{line}"


class ReversalOutcome(StrEnum):
    """The effect of a reversal (PDS 0082, except DECLINED)."""

    APPLIED = "APPLIED"
    NOTHING = "NOTHING"
    DECLINED = "DECLINED"
    TOMBSTONE = "TOMBSTONE"


@value
class PostedReversal:
    """A decided reversal.

    Attributes:
        original_serial: serial number of the payment that it reverses; None if there is none.
        original_business_date: business date of that payment, which may differ; None if there is none.
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
