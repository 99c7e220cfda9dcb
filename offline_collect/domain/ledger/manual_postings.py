"""Postings that a person makes: paid at the merchant's office, and money out of suspense (domain.md, Payment).

A payment's own amounts never change. So what went to a bill out of suspense stands in the posting that
applied it, and :func:`as_it_counts` shows the payment as it counts on that bill.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from enum import StrEnum

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.transactions import PostedPayment, line_name
from offline_collect.domain.values import value


class OfficePostingKind(StrEnum):
    """What a person posted."""

    OUTSIDE = "OUTSIDE"
    UNDONE = "UNDONE"
    REFUNDED = "REFUNDED"
    APPLIED = "APPLIED"


@value
class OfficePosting:
    """A posting that a person made, with who and why.

    Attributes:
        serial_number: its own; an OUTSIDE posting is its payment's.
        payment_serial: of the payment that it is about.
        bill_no: the bill that the money went to or was taken back from; None for a refund.
        principal_minor: what an APPLIED posting covers of that bill; 0 for the others, as is each part.
        owed_principal_minor: what the bill owed then.
        paid_on: the day that the merchant was paid, for OUTSIDE; None where nobody said.
        reference: the merchant's or bank's own: a receipt's or transfer's number.
        payment_line: the payment's line in its transaction.
    """

    serial_number: str
    kind: OfficePostingKind
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
        """Return what the payment is called."""
        return line_name(self.payment_serial, self.payment_line)


def as_it_counts(payment: PostedPayment, applied: OfficePosting) -> PostedPayment:
    """Return a payment out of suspense with the bill, customer and parts that it was applied with."""
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
