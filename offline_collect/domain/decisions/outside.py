"""Paid at the merchant's office: a payment whose money did not pass through the bank.

It is a payment like any other, with a transaction, entries and a serial number. But no institution's totals
count it, and no terminal can reverse it. A user undoes a mistaken one by a contra.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from offline_collect.domain.bills import Dues
from offline_collect.domain.commands import Channel, Tender
from offline_collect.domain.decisions.collecting import Collectable
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.decisions.manual_posting import (
    ManualDecision,
    fitted,
    open_merchant,
    posting_of,
    taking_bill,
)
from offline_collect.domain.decisions.reversal_effects import taken_back
from offline_collect.domain.decisions.taking import notices
from offline_collect.domain.decisions.without_message import transaction_without_message
from offline_collect.domain.effects import Effects, NoticeKind, StateChange
from offline_collect.domain.errors import PostingError
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.ledger.ledger import outside_entries, undone_outside_entries
from offline_collect.domain.ledger.manual_postings import ManualPostingKind
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.transactions import PaymentState, PostedPayment, Transaction, TransactionKind
from offline_collect.domain.values import value

OFFICE = "OFFICE"
"""Placeholder for institution and terminal of a payment that has neither."""

_TELLER_MOST = 20


@value
class OutsidePayment:
    """A bill was paid at the merchant's own office.

    Attributes:
        amount_minor: None pays all that is owed; with ``waives_late_fee`` all of the principal.
        waives_late_fee: the merchant waives the late fee if the whole principal was paid.
        paid_on: date of the payment; None if unknown.
    """

    merchant_id: str
    bill_no: str
    amount_minor: int | None
    reference: str
    who: str
    waives_late_fee: bool = False
    paid_on: dt.date | None = None


@value
class UndoOutside:
    """A payment at the office was posted by mistake."""

    serial_number: str
    reason: str
    who: str


def want(order: OutsidePayment, wants: Wants) -> None:
    """Request the merchant and the bill."""
    wants.merchants.add(order.merchant_id)
    wants.bills.add((order.merchant_id, order.bill_no))


def decide(order: OutsidePayment, facts: Facts, context: Context) -> ManualDecision:
    """Post a payment at the office.

    Raises:
        PostingError: the bill cannot accept it; the message says why.
    """
    merchant, bill = taking_bill((order.merchant_id, order.bill_no), facts)
    owed = bill.dues(merchant.late_fee, facts.day.date)
    quoted = Dues(owed.principal_minor, 0) if order.waives_late_fee else None
    amount = order.amount_minor
    if amount is None:
        amount = (quoted or owed).payable_minor
    if not amount:
        raise PostingError(
            Phrase(
                "bill {bill_no} owes a late fee only: there is nothing to pay without it",
                bill_no=bill.bill_no,
            )
        )
    collected = fitted(merchant, bill, amount, bill.currency, quoted, facts)
    payment = _payment(order, amount, collected, facts, context)
    posting = posting_of(ManualPostingKind.OUTSIDE, payment, payment.serial_number, facts, context, order.who)
    return replace(posting, reference=order.reference, paid_on=order.paid_on), Effects(
        transactions=(_transaction(order, payment, context),),
        payments=(payment,),
        bills=(bill.paid(collected.parts, merchant.late_fee, facts.day.date),),
        entries=outside_entries(payment),
        notices=notices(payment, merchant, NoticeKind.PAID, payment.serial_number, context.now),
    )


def _payment(
    order: OutsidePayment,
    amount_minor: int,
    collected: Collectable,
    facts: Facts,
    context: Context,
) -> PostedPayment:
    day, bill, parts, owed = facts.day.date, collected.bill, collected.parts, collected.owed
    serial = context.serial(day)
    return PostedPayment(
        serial_number=serial,
        key=f"O|{serial}",
        merchant_id=bill.merchant_id,
        bill_no=bill.bill_no,
        customer_no=bill.customer_no,
        amount_minor=amount_minor,
        currency=bill.currency,
        principal_minor=parts.principal_minor,
        late_fee_minor=parts.late_fee_minor,
        waived_minor=parts.waived_minor,
        owed_principal_minor=owed.principal_minor,
        owed_late_fee_minor=owed.late_fee_minor,
        channel=Channel.TELLER,
        tender=Tender.OUTSIDE,
        teller=order.who[:_TELLER_MOST],
        institution=OFFICE,
        terminal=OFFICE,
        business_date=day,
        posted_at=context.now,
        approval_code=context.approval_code(),
        state=PaymentState.APPROVED,
        state_by=serial,
        in_totals=False,
    )


def _transaction(order: OutsidePayment, payment: PostedPayment, context: Context) -> Transaction:
    return transaction_without_message(
        payment,
        TransactionKind.OFFICE,
        f"OUTSIDE|{payment.amount_minor:012d}|{payment.merchant_id}|{payment.bill_no}",
        f"paid at the office, reference {order.reference}",
        context,
    )


def want_undone(payment: PostedPayment, wants: Wants) -> None:
    """Request the payment under lock, and its merchant and bill."""
    wants.keys.add(payment.key)
    wants.merchants.add(payment.merchant_id)
    wants.bills.add((payment.merchant_id, payment.bill_no))


def undo(order: UndoOutside, facts: Facts, context: Context) -> ManualDecision:
    """Undo a payment at the office: its exact parts, its entries on the open day, its state.

    Raises:
        PostingError: the payment is not one at the office, or was undone already.
    """
    payment = facts.payments[order.serial_number]
    if payment.tender is not Tender.OUTSIDE:
        raise PostingError(
            Phrase(
                "payment {serial_number} was not made at the merchant's office: a terminal reverses it, or it is refunded",
                serial_number=payment.serial_number,
            )
        )
    if payment.state is not PaymentState.APPROVED:
        raise PostingError(
            Phrase(
                "payment {serial_number} was undone already, by {by}",
                serial_number=payment.serial_number,
                by=payment.state_by or "",
            )
        )
    day = facts.day.date
    merchant = open_merchant(payment.merchant_id, facts)
    serial = context.serial(day)
    posting = posting_of(ManualPostingKind.UNDONE, payment, serial, facts, context, order.who)
    return replace(posting, reason=order.reason), Effects(
        states=(StateChange(payment.serial_number, PaymentState.REVERSED, serial),),
        bills=taken_back((payment,), facts),
        entries=undone_outside_entries(payment, serial, day),
        notices=notices(payment, merchant, NoticeKind.REVERSED, serial, context.now),
    )
