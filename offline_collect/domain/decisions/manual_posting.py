"""Shared by manual postings: a bill that may accept money, and the posting with its user and reason."""

from __future__ import annotations

from offline_collect.domain.bills import Bill, BillMark, Dues, Parts, split
from offline_collect.domain.decisions.collecting import NOTHING_OWED, Collectable
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.effects import Effects
from offline_collect.domain.errors import PostingError
from offline_collect.domain.facts import BillKey, Facts
from offline_collect.domain.ledger.manual_postings import ManualPosting, ManualPostingKind
from offline_collect.domain.merchants import Merchant, MerchantStatus
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.transactions import PostedPayment

ManualDecision = tuple[ManualPosting, Effects]
"""The result of a manual posting."""

_NOTHING = Parts(0, 0)
_MARKED = {
    BillMark.IN_BATCH: Phrase("is out in a batch debit: wait for the batch's result"),
    BillMark.WITHDRAWN: Phrase("was withdrawn"),
}


def taking_bill(key: BillKey, facts: Facts) -> tuple[Merchant, Bill]:
    """Return a merchant's bill that accepts a manual posting.

    A bill that has expired or is not open yet does: a user who posts manually knows why.

    Raises:
        PostingError: the merchant or the bill does not exist, or is closed, paid, withdrawn or in a batch.
    """
    merchant_id, bill_no = key
    merchant, bill = open_merchant(merchant_id, facts), facts.bills[key]
    if bill is None:
        raise PostingError(
            Phrase(
                "{merchant_id} has no bill {bill_no}: check the number",
                merchant_id=merchant_id,
                bill_no=bill_no,
            )
        )
    if bill.mark is not None:
        raise PostingError(Phrase("bill {bill_no} {marked}", bill_no=bill_no, marked=_MARKED[bill.mark]))
    if not bill.outstanding_minor and not bill.late_fee_left_minor:
        raise PostingError(Phrase("bill {bill_no} is paid already", bill_no=bill_no))
    return merchant, bill


def open_merchant(merchant_id: str, facts: Facts) -> Merchant:
    """Return a merchant whose bills can change.

    Raises:
        PostingError: it does not exist or is closed.
    """
    merchant = facts.merchants[merchant_id]
    if merchant is None:
        raise PostingError(Phrase("there is no merchant {merchant_id}", merchant_id=merchant_id))
    if merchant.status is MerchantStatus.CLOSED:
        raise PostingError(
            Phrase(
                "{merchant_id} is closed: nothing is posted to its bills any more", merchant_id=merchant_id
            )
        )
    return merchant


def fitted(
    merchant: Merchant,
    bill: Bill,
    amount_minor: int,
    currency: str,
    quoted: Dues | None,
    facts: Facts,
) -> Collectable:
    """Return the parts of a bill that an amount covers on the open day.

    Args:
        quoted: another amount that settles the bill; the rest of the late fee is waived.

    Raises:
        PostingError: the merchant's amount rule does not allow the amount, or the currency differs.
    """
    if currency != bill.currency:
        raise PostingError(
            Phrase("bill {bill_no} is in another currency than the money", bill_no=bill.bill_no)
        )
    owed = bill.dues(merchant.late_fee, facts.day.date)
    parts = split(amount_minor, owed, quoted, merchant.amount_rule)
    if parts is None:
        raise PostingError(_misfit(merchant, bill, amount_minor, owed))
    return Collectable(merchant, bill, owed, parts)


def _misfit(merchant: Merchant, bill: Bill, amount_minor: int, owed: Dues) -> Phrase:
    amount, payable, fee, least = (
        format_major(minor, bill.currency)
        for minor in (
            amount_minor,
            owed.payable_minor,
            owed.late_fee_minor,
            merchant.amount_rule.least_payable(owed.payable_minor),
        )
    )
    owes = Phrase("{payable}", payable=payable)
    if owed.late_fee_minor:
        owes = Phrase("{payable}, of which {fee} late fee", payable=payable, fee=fee)
    misfit = Phrase(
        "bill {bill_no} owes {owes}, not {amount}: give the amount that it owes",
        bill_no=bill.bill_no,
        owes=owes,
        amount=amount,
    )
    if least == payable:
        return misfit
    return Phrase(
        "{misfit}, or a part of at least {least} as the merchant's rule allows", misfit=misfit, least=least
    )


def posting_of(
    kind: ManualPostingKind,
    payment: PostedPayment,
    serial: str,
    facts: Facts,
    context: Context,
    who: str,
    collected: Collectable | None = None,
) -> ManualPosting:
    """Return the manual posting of a payment on the open day.

    Args:
        collected: the bill that receives money from suspense; None if the payment's own row has all data.
    """
    parts = _NOTHING if collected is None else collected.parts
    owed = NOTHING_OWED if collected is None else collected.owed
    return ManualPosting(
        serial_number=serial,
        kind=kind,
        payment_serial=payment.serial_number,
        merchant_id=payment.merchant_id,
        bill_no=payment.bill_no if collected is None else collected.bill.bill_no,
        customer_no=payment.customer_no if collected is None else collected.bill.customer_no,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        principal_minor=parts.principal_minor,
        late_fee_minor=parts.late_fee_minor,
        waived_minor=parts.waived_minor,
        owed_principal_minor=owed.principal_minor,
        owed_late_fee_minor=owed.late_fee_minor,
        business_date=facts.day.date,
        posted_at=context.now,
        who=who,
        payment_line=payment.line,
    )
