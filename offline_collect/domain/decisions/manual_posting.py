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
from offline_collect.domain.transactions import PostedPayment

ManualDecision = tuple[ManualPosting, Effects]
"""The result of a manual posting."""

_NOTHING = Parts(0, 0)
_MARKED = {
    BillMark.IN_BATCH: "is out in a batch debit: wait for the batch's result",
    BillMark.WITHDRAWN: "was withdrawn",
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
        raise PostingError(f"{merchant_id} has no bill {bill_no}: check the number")
    if bill.mark is not None:
        raise PostingError(f"bill {bill_no} {_MARKED[bill.mark]}")
    if not bill.outstanding_minor and not bill.late_fee_left_minor:
        raise PostingError(f"bill {bill_no} is paid already")
    return merchant, bill


def open_merchant(merchant_id: str, facts: Facts) -> Merchant:
    """Return a merchant whose bills can change.

    Raises:
        PostingError: it does not exist or is closed.
    """
    merchant = facts.merchants[merchant_id]
    if merchant is None:
        raise PostingError(f"there is no merchant {merchant_id}")
    if merchant.status is MerchantStatus.CLOSED:
        raise PostingError(f"{merchant_id} is closed: nothing is posted to its bills any more")
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
        raise PostingError(f"bill {bill.bill_no} is in another currency than the money")
    owed = bill.dues(merchant.late_fee, facts.day.date)
    parts = split(amount_minor, owed, quoted, merchant.amount_rule)
    if parts is None:
        raise PostingError(_misfit(merchant, bill, amount_minor, owed))
    return Collectable(merchant, bill, owed, parts)


def _misfit(merchant: Merchant, bill: Bill, amount_minor: int, owed: Dues) -> str:
    amount, payable, fee, least = (
        format_major(minor, bill.currency)
        for minor in (
            amount_minor,
            owed.payable_minor,
            owed.late_fee_minor,
            merchant.amount_rule.least_payable(owed.payable_minor),
        )
    )
    of_which = f", of which {fee} late fee" if owed.late_fee_minor else ""
    also = "" if least == payable else f", or a part of at least {least} as the merchant's rule allows"
    return f"bill {bill.bill_no} owes {payable}{of_which}, not {amount}: give the amount that it owes{also}"


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
