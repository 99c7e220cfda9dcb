"""Money in suspense: an operator refunds it or applies it to a bill.

Both are separate postings on the open day. A payment has at most one: its state ensures that, under the lock
that a terminal's reversal takes too.
"""

from __future__ import annotations

from dataclasses import replace

from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.decisions.manual_posting import ManualDecision, fitted, posting_of, taking_bill
from offline_collect.domain.decisions.taking import notices
from offline_collect.domain.effects import Effects, NoticeKind, StateChange
from offline_collect.domain.errors import PostingError
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.ledger.ledger import applied_entries, contra_entries
from offline_collect.domain.ledger.manual_postings import ManualPostingKind, as_it_counts
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.transactions import PaymentState, PostedPayment
from offline_collect.domain.values import value

_WENT = {
    PaymentState.APPROVED: Phrase("went to its bill"),
    PaymentState.REVERSED: Phrase("was reversed"),
    PaymentState.REFUNDED: Phrase("was refunded"),
    PaymentState.APPLIED: Phrase("was applied to a bill"),
}


@value
class Refund:
    """Money in suspense was refunded.

    Attributes:
        serial_number: the payment's name: its serial number, with its line if this is not the first.
        reference: that of the refund's transfer; None without one.
    """

    serial_number: str
    reason: str
    who: str
    reference: str | None = None


@value
class Application:
    """Money in suspense is applied to a bill of the same merchant."""

    serial_number: str
    bill_no: str
    reason: str
    who: str


def want(order: Refund | Application, payment: PostedPayment, wants: Wants) -> None:
    """Request the payment under lock; for an application, the merchant and bill too.

    Args:
        payment: as read without a lock; the decision uses the locked row.
    """
    wants.keys.add(payment.key)
    if isinstance(order, Application):
        wants.merchants.add(payment.merchant_id)
        wants.bills.add((payment.merchant_id, order.bill_no))


def refund(order: Refund, facts: Facts, context: Context) -> ManualDecision:
    """Refund the money to the institution that sent it.

    Raises:
        PostingError: it is not in suspense any more.
    """
    payment = _suspended(order.serial_number, facts)
    day = facts.day.date
    serial = context.serial(day)
    posting = posting_of(ManualPostingKind.REFUNDED, payment, serial, facts, context, order.who)
    return replace(posting, reason=order.reason, reference=order.reference, bill_no=None), Effects(
        states=(StateChange(payment.serial_number, PaymentState.REFUNDED, serial, payment.line),),
        entries=contra_entries(payment, serial, day, PaymentState.SUSPENSE),
    )


def apply(order: Application, facts: Facts, context: Context) -> ManualDecision:
    """Apply the money to a bill; the amount owed on the payment's own business date settles it too.

    Raises:
        PostingError: it is not in suspense any more, or the bill cannot accept it.
    """
    payment = _suspended(order.serial_number, facts)
    day = facts.day.date
    merchant, bill = taking_bill((payment.merchant_id, order.bill_no), facts)
    # The payer was in time, and is not responsible for the time in suspense.
    quoted = bill.dues(merchant.late_fee, payment.business_date)
    collected = fitted(merchant, bill, payment.amount_minor, payment.currency, quoted, facts)
    serial = context.serial(day)
    posting = replace(
        posting_of(ManualPostingKind.APPLIED, payment, serial, facts, context, order.who, collected),
        reason=order.reason,
    )
    counted = as_it_counts(payment, posting)
    return posting, Effects(
        states=(StateChange(payment.serial_number, PaymentState.APPLIED, serial, payment.line),),
        bills=(bill.paid(collected.parts, merchant.late_fee, day),),
        entries=applied_entries(payment, serial, day),
        notices=notices(counted, merchant, NoticeKind.PAID, serial, context.now),
    )


def _suspended(serial_number: str, facts: Facts) -> PostedPayment:
    payment = facts.payments[serial_number]
    if payment.state is not PaymentState.SUSPENSE:
        raise PostingError(
            Phrase(
                "payment {serial_number} is not in suspense: it {went}, by {state_by}",
                serial_number=serial_number,
                went=_WENT[payment.state],
                state_by=payment.state_by,
            )
        )
    return payment
