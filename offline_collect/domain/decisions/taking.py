"""What follows when a payment is taken: its row, its answer with the receipt, and its notice."""

from __future__ import annotations

import datetime as dt

from offline_collect.domain.answers import Answer
from offline_collect.domain.bills import Parts
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Payment
from offline_collect.domain.decisions.collecting import NOTHING_OWED, Collectable
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.effects import Notice, NoticeKind, notice_id_of
from offline_collect.domain.facts import Facts
from offline_collect.domain.forms import fill_receipt
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.cards import mask_cards
from offline_collect.domain.transactions import PaymentState, PostedPayment


def posted(
    command: Payment,
    key: str,
    collected: Collectable | None,
    facts: Facts,
    context: Context,
    state: PaymentState,
) -> PostedPayment:
    """Return the payment that ``command`` posts on the open day under ``key``.

    Args:
        collected: the bill that accepts the payment; None when it goes to suspense.
        state: the state of the posted payment.
    """
    parts = Parts(0, 0) if collected is None else collected.parts
    owed = NOTHING_OWED if collected is None else collected.owed
    day = facts.day.date
    serial = context.serial(day)
    merchant_id, bill_no = command.merchant_id, command.bill_no
    if collected is None:
        merchant_id, bill_no = _names_kept(command, facts)
    return PostedPayment(
        serial_number=serial,
        key=key,
        merchant_id=merchant_id,
        bill_no=bill_no,
        customer_no=None if collected is None else collected.bill.customer_no,
        amount_minor=command.amount_minor,
        currency=command.currency,
        principal_minor=parts.principal_minor,
        late_fee_minor=parts.late_fee_minor,
        waived_minor=parts.waived_minor,
        payer_fee_minor=0 if collected is None else collected.payer_fee_minor,
        owed_principal_minor=owed.principal_minor,
        owed_late_fee_minor=owed.late_fee_minor,
        channel=command.channel,
        tender=command.tender,
        teller=command.teller,
        institution=command.institution,
        terminal=command.terminal,
        business_date=day,
        posted_at=context.now,
        approval_code=context.approval_code(),
        state=state,
        state_by=serial,
        in_totals=state is not PaymentState.REVERSED,
    )


def _names_kept(command: Payment, facts: Facts) -> tuple[str, str]:
    """Return merchant and bill as they are stored: an unknown id or number may be a card number and is masked."""
    merchant_id, bill_no = command.merchant_id, command.bill_no
    if facts.bills.get((merchant_id, bill_no)) is None:
        bill_no = mask_cards(bill_no)
    if facts.merchants[merchant_id] is None:
        merchant_id = mask_cards(merchant_id)
    return merchant_id, bill_no


def approval(
    payment: PostedPayment,
    collected: Collectable | None,
    facts: Facts,
    context: Context,
) -> Answer:
    """Return the answer of a payment of one bill that was taken."""
    posted_at = payment.posted_at.astimezone(context.terms.timezone).isoformat(timespec="seconds")
    values: dict[str, str | int] = {
        "approval_code": payment.approval_code,
        "bill_no": payment.bill_no,
        "serial_number": payment.serial_number,
        "posted_at": posted_at,
    }
    if payment.payer_fee_minor:
        values["payer_fee"] = payment.payer_fee_minor
    receipt = None if collected is None else _receipt(payment, collected, facts, posted_at)
    if receipt:
        values["receipt"] = receipt
    return Answer(ResponseCode.APPROVED, payment.business_date, values=values)


def _receipt(payment: PostedPayment, collected: Collectable, facts: Facts, posted_at: str) -> str | None:
    form = facts.current_forms[payment.merchant_id]
    if form is None:
        return None
    return fill_receipt(form, lambda name: receipt_value(name, payment, collected, posted_at))


def receipt_value(
    name: str,
    payment: PostedPayment,
    collected: Collectable,
    posted_at: str,
) -> str | None:
    """Return what a placeholder of a receipt stands for; None if it has no value."""
    bill = collected.bill
    match name:
        case "description" | "period" | "bill_no" | "customer_no":
            text: str | None = getattr(bill, name)
            return text
        case "due_date":
            return bill.due_date.isoformat()
        case "amount":
            return format_major(payment.amount_minor, payment.currency)
        case "principal" | "late_fee":
            return format_major(getattr(payment, f"{name}_minor"), payment.currency)
        case "merchant":
            return collected.merchant.name
        case "serial_number":
            return payment.serial_number
        case "posted_at":
            return posted_at
        case _:
            return bill.extra.get(name)


def notices(
    payment: PostedPayment,
    merchant: Merchant | None,
    kind: NoticeKind,
    by: str,
    at: dt.datetime,
) -> tuple[Notice, ...]:
    """Return the outbox row of a payment or its reversal, if the merchant has notices on.

    Args:
        by: serial number of the posting that causes it.
        at: time of that posting.
    """
    if merchant is None or not merchant.notices or payment.customer_no is None or kind in merchant.untold:
        return ()
    return (
        Notice(
            notice_id=notice_id_of(kind, by, payment.line),
            kind=kind,
            merchant_id=payment.merchant_id,
            customer_no=payment.customer_no,
            bill_no=payment.bill_no,
            payment_serial=payment.serial_number,
            amount_minor=payment.amount_minor,
            currency=payment.currency,
            created_at=at,
            payment_line=payment.line,
        ),
    )
