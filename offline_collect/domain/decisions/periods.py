"""Bills that a payment names by their periods: those of the customer of a bill that it names by its number."""

from __future__ import annotations

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.bills import Bill, year_and_month
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import BillLine
from offline_collect.domain.decisions.collecting import refusal_of_state, unknown_bill
from offline_collect.domain.facts import Facts


def bill_named(merchant_id: str, line: BillLine, facts: Facts) -> str | Answer:
    """Return the number of the bill that a line names, or the refusal of a period that names no one bill.

    If the period is that of the line's own bill, it is that bill, even if it cannot be paid: the answer then gives the
    reason. Otherwise it is the customer's only bill of this period that can be paid today.
    """
    if line.period is None:
        return line.bill_no
    known = facts.bills[merchant_id, line.bill_no]
    if known is None:
        return unknown_bill(merchant_id, line.bill_no)
    if _is_of(known, line.period):
        return known.bill_no
    found = [
        bill
        for bill in facts.bills.values()
        if bill is not None
        and (bill.merchant_id, bill.customer_no) == (merchant_id, known.customer_no)
        and _is_of(bill, line.period)
        and refusal_of_state(bill, facts.day.date) is None
    ]
    if len(found) == 1:
        return found[0].bill_no
    how_many = "more than one open bill" if found else "no open bill"
    reason = f"the customer of bill {known.bill_no} has {how_many} of period {line.period}"
    return decline(ResponseCode.NOT_FOUND, how_many, reason)


def _is_of(bill: Bill, period: str) -> bool:
    return year_and_month(bill.period or "") == period
