"""What the model expects of payments of several bills."""

import datetime as dt
from typing import TYPE_CHECKING

from offline_collect.domain.commands import BillLine, Payment
from tests.model.expected import Expected
from tests.model.owing import Paying

if TYPE_CHECKING:
    from tests.model.model import Model


def refusal(model: "Model", command: Payment, now: dt.datetime) -> Expected | None:
    """Return the refusal of a whole request; None if every bill takes its amount."""
    closed = model.merchant_closed(command.merchant_id)
    if closed is not None:
        return Expected(closed)
    refused, customers = None, set[str]()
    for line in command.lines:
        refused = refused or _line_refusal(model, command, line, customers, now)
    if refused is not None and refused.code != "WRONG_AMOUNT":
        return refused
    most = model.merchants[command.merchant_id].limits_minor.get(command.channel)
    if most is not None and command.amount_minor > most:
        return Expected("OVER_LIMIT")
    total = sum(line.amount_minor for line in command.lines)
    if total != command.amount_minor:
        return Expected("WRONG_AMOUNT", values={"total_payable": total})
    return refused


def _line_refusal(
    model: "Model", command: Payment, line: BillLine, customers: set[str], now: dt.datetime
) -> Expected | None:
    """Return why a bill does not take its line; one that does adds its customer."""
    owing = model.bills.get((command.merchant_id, line.bill_no))
    named = {"bill_no": line.bill_no}
    if owing is None:
        return Expected("NOT_FOUND", values=named)
    if customers - {owing.bill.customer_no} or command.currency != owing.bill.currency:
        return Expected("FORMAT_ERROR", values=named)
    closed = model.bill_closed(owing)
    if closed is not None:
        return Expected(closed, values=named)
    if owing.parts(line.amount_minor, model.today, model.earlier(command, now)) is None:
        return Expected("WRONG_AMOUNT", values=named | {"total_payable": owing.payable(model.today)})
    customers.add(owing.bill.customer_no)
    return None


def post(model: "Model", command: Payment, now: dt.datetime, *, undone: bool) -> Paying:
    """Return the payment; of an advice, each line that no bill takes is in suspense."""
    whole = _paying(model, command, command.amount_minor)
    if sum(line.amount_minor for line in command.lines) == command.amount_minor:
        customers = set[str]()
        closed = model.merchant_closed(command.merchant_id) is not None
        for line in command.lines:
            part = _paying(model, command, line.amount_minor)
            part.bill_no = line.bill_no
            whole.lines.append(part)
            if not closed and _line_refusal(model, command, line, customers, now) is None:
                model.put_on_bill(part, command, now, undone=undone)
        whole.state = "APPROVED" if all(each.state == "APPROVED" for each in whole.lines) else "SUSPENSE"
    if undone:
        whole.state, whole.counts = "REVERSED", False
    model.ledger.post(whole)
    return whole


def _paying(model: "Model", command: Payment, amount: int) -> Paying:
    return Paying(
        command.merchant_id,
        command.bill_no,
        command.institution,
        amount,
        command.currency,
        model.today,
        "SUSPENSE",
    )
