"""Manual postings: paid at the merchant's office, and money out of suspense.

A payment's own amounts never change. So the posting that applies a payment from suspense stores the parts that went
to the bill, and :func:`as_it_counts` returns the payment with these parts.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from enum import StrEnum

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.transactions import PostedPayment, line_name
from offline_collect.domain.values import value


class ManualPostingKind(StrEnum):
    """Kinds of manual postings."""

    OUTSIDE = "OUTSIDE"
    UNDONE = "UNDONE"
    REFUNDED = "REFUNDED"
    APPLIED = "APPLIED"
    CONTRA = "CONTRA"
    """Reconciliation has taken a payment back."""
    RECEIVED = "RECEIVED"
    """Reconciliation has posted what a front-end processor counts."""


@value
class ManualPosting:
    """A manual posting, with its user and reason.

    Attributes:
        serial_number: its serial number; for OUTSIDE and RECEIVED, the payment's.
        payment_serial: serial number of the payment that it belongs to.
        bill_no: the bill that the money was applied to or removed from; None for a refund.
        principal_minor: the principal that an APPLIED posting covers; 0 for other kinds, like the other parts.
        owed_principal_minor: the principal that the bill owed before the posting.
        paid_on: for OUTSIDE, the day on which the merchant was paid; None if not given.
        reference: the merchant's or bank's reference: the number of a receipt or transfer.
        payment_line: the payment's line in its transaction.
    """

    serial_number: str
    kind: ManualPostingKind
    payment_serial: str
    merchant_id: str
    bill_no: str | None
    customer_no: str | None
    amount_minor: int
    currency: str
    principal_minor: int
    late_fee_minor: int
    waived_minor: int
    owed_principal_minor: int
    owed_late_fee_minor: int
    business_date: BusinessDate
    posted_at: dt.datetime
    who: str
    reason: str | None = None
    reference: str | None = None
    paid_on: dt.date | None = None
    payment_line: int = 1

    @property
    def payment(self) -> str:
        """Return the name of the payment."""
        return line_name(self.payment_serial, self.payment_line)


def as_it_counts(payment: PostedPayment, applied: ManualPosting) -> PostedPayment:
    """Return a payment that was applied from suspense, with the bill, customer and parts of the application."""
    assert applied.bill_no is not None, "an applied payment names its bill"
    return replace(
        payment,
        bill_no=applied.bill_no,
        customer_no=applied.customer_no,
        principal_minor=applied.principal_minor,
        late_fee_minor=applied.late_fee_minor,
        waived_minor=applied.waived_minor,
        owed_principal_minor=applied.owed_principal_minor,
        owed_late_fee_minor=applied.owed_late_fee_minor,
    )
