"""Amount rule OLDEST_FIRST: a customer's bills are paid in the order of their due dates, or together."""

from __future__ import annotations

from collections.abc import Sequence

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.bills import Bill
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.decisions.collecting import Collectable, refusal_of_state
from offline_collect.domain.facts import Facts


def older_left(collected: Sequence[Collectable], facts: Facts) -> Answer | None:
    """Return the refusal if an older bill of the customer would stay open; None if none would.

    What cannot be paid today (in a batch, withdrawn, expired, not open yet) does not stand in the way, nor does a
    bill with the same due date. The bills are locked, and those that an earlier decision of the batch has changed
    are seen as it left them.
    """
    merchant = collected[0].merchant
    if merchant.amount_rule.any_order:
        return None
    day = facts.day.date
    newest = max((each.bill for each in collected), key=_age)
    paid = {each.bill.bill_no for each in collected}
    older = [
        bill
        for bill in facts.bills.values()
        if bill is not None
        and (bill.merchant_id, bill.customer_no) == (newest.merchant_id, newest.customer_no)
        and bill.due_date < newest.due_date
        and bill.bill_no not in paid
        and refusal_of_state(bill, day) is None
    ]
    if not older:
        return None
    oldest = min(older, key=_age)
    total = sum(bill.dues(merchant.late_fee, day).payable_minor for bill in older)
    return decline(
        ResponseCode.WRONG_AMOUNT,
        f"{oldest.bill_no} goes first",
        f"bill {newest.bill_no} can be paid after bill {oldest.bill_no}, due {oldest.due_date}, or together with it",
        total_payable=total + sum(each.owed.payable_minor for each in collected),
    )


def _age(bill: Bill) -> tuple[object, str]:
    return bill.due_date, bill.bill_no
