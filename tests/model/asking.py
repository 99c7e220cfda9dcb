"""What the model expects of queries: status, lookup, totals."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from offline_collect.domain.commands import Lookup, Status, Totals
from tests.model.expected import Expected
from tests.model.owing import Owing

if TYPE_CHECKING:
    from tests.model.model import Model

LOST_AFTER = dt.timedelta(seconds=70)


def status(model: "Model", command: Status, now: dt.datetime) -> Expected:
    """Report the outcome of a payment; put a tombstone for a payment that can no longer come."""
    if command.original_institution != command.institution:
        return Expected("NOT_FOUND")
    key = tuple(command.original_key.split("|"))
    if key not in model.keys:
        if now <= command.original_sent_at + LOST_AFTER:
            return Expected("IN_PROGRESS")
        model.bury(key)
    known = model.keys[key]
    if known.kind == "TOMBSTONE":
        return Expected("NOT_FOUND", known.date, {"original_state": "TOMBSTONE"})
    assert known.answer is not None
    values: dict[str, object] = {"original_code": known.answer.code.value}
    paying = known.paying
    if paying is None:
        return Expected("APPROVED", known.date, {**values, "original_state": "DECLINED"})
    values |= {"serial_number": paying.serial, "approval_code": paying.approval_code}
    return Expected("APPROVED", paying.date, {**values, "original_state": paying.state})


def lookup(model: "Model", command: Lookup, now: dt.datetime) -> Expected:
    """List a customer's open bills, or one bill."""
    closed = model.merchant_closed(command.merchant_id)
    if closed is not None:
        return Expected(closed)
    if command.bill_no is not None:
        owing = model.bills.get((command.merchant_id, command.bill_no))
        refused = "NOT_FOUND" if owing is None else model.bill_closed(owing)
        if owing is None or refused is not None:
            return Expected(str(refused))
        return _page(model, owing.bill.customer_no, [owing])
    customer_no = command.inputs[0] or ""
    if (command.merchant_id, customer_no) not in model.customers:
        return Expected("UNKNOWN_CUSTOMER")
    owings = [
        owing
        for (merchant_id, _), owing in model.bills.items()
        if (merchant_id, owing.bill.customer_no) == (command.merchant_id, customer_no)
        and model.bill_closed(owing) is None
    ]
    return _page(model, customer_no, sorted(owings, key=lambda each: (each.bill.due_date, each.bill.bill_no)))


def _page(model: "Model", customer_no: str, owings: list[Owing]) -> Expected:
    records = [_record(owing, model.today) for owing in owings]
    said = {"customer_no": customer_no, "open_count": len(records)}
    return Expected("APPROVED", None, said, ("customer_name",), records)


def totals(model: "Model", command: Totals, now: dt.datetime) -> Expected:
    """Compare a day's figures."""
    asked = command.business_date
    if asked not in model.days:
        return Expected("NOT_FOUND", asked)
    if asked == model.today:
        return Expected("NOT_PERMITTED", asked)
    ours = model.ledger.totals(command.institution, command.currency, asked)
    net = ours["credits_minor"] - ours["credit_reversals_minor"]
    theirs = {name: getattr(command.figures, name) for name in ours}
    right = theirs == ours and command.net_minor == net
    said = {**ours, "net_minor": net, "settlement_code": 1 if right else 2}
    return Expected("APPROVED" if right else "OUT_OF_BALANCE", asked, said)


def _record(owing: Owing, on: dt.date) -> Mapping[str, object]:
    return {
        "bill_no": owing.bill.bill_no,
        "principal": owing.principal(),
        "late_fee": owing.late(on),
        "total_payable": owing.payable(on),
        "bill_status": owing.state(on),
    }
