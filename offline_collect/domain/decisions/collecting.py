"""Shared by payments and advices: whether a bill accepts an amount, and the posting."""

from __future__ import annotations

import datetime as dt

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.bills import Bill, BillState, Dues, Parts, split
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Payment
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.effects import Notice, NoticeKind
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.forms import fill_receipt
from offline_collect.domain.merchants import AmountRule, AmountRuleKind, Merchant, MerchantStatus
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.cards import mask_cards
from offline_collect.domain.transactions import PaymentState, PostedPayment, line_name
from offline_collect.domain.values import value

NOTHING_OWED = Dues(0, 0)


@value
class Collectable:
    """A bill that accepts the payment: the amount owed on the open day and the parts covered."""

    merchant: Merchant
    bill: Bill
    owed: Dues
    parts: Parts


def want_bill(command: Payment, facts: Facts, wants: Wants) -> None:
    """Request the bill, or each of several; their merchant and form are loaded with the keys, one round earlier."""
    wants.bills.add((command.merchant_id, command.bill_no))
    if command.lines:
        wants.bills.update((command.merchant_id, line.bill_no) for line in command.lines)
    merchant = facts.merchants.get(command.merchant_id)
    if (
        merchant is not None
        and merchant.amount_rule.kind is AmountRuleKind.OLDEST_FIRST
        and not command.advised
    ):
        # The bills of a payment are one customer's, so the first one finds them all.
        first = (command.merchant_id, command.bill_no)
        wants.open_bills.add(first)
        wants.bills.update(facts.open_bills.get(first, ()))


def want_merchant(command: Payment, wants: Wants) -> None:
    """Request the merchant and its published form."""
    wants.merchants.add(command.merchant_id)
    wants.current_forms.add(command.merchant_id)


def active_merchant(merchant_id: str, facts: Facts) -> Merchant | Answer:
    """Return the merchant if it collects, else the refusal."""
    merchant = facts.merchants[merchant_id]
    if merchant is None or merchant.status is MerchantStatus.CLOSED:
        return decline(
            ResponseCode.UNKNOWN_MERCHANT,
            "unknown merchant",
            f"merchant {mask_cards(merchant_id)} is not known here",
        )
    if merchant.status is MerchantStatus.SUSPENDED:
        return decline(
            ResponseCode.MERCHANT_SUSPENDED,
            "merchant suspended",
            f"{merchant.name} does not collect at present",
        )
    return merchant


_NOT_OPEN = {
    BillState.PAID: (ResponseCode.ALREADY_PAID, "already paid", "bill {} is already paid"),
    BillState.IN_BATCH: (ResponseCode.IN_BATCH, "in a batch debit", "bill {} is out in a batch debit"),
    BillState.WITHDRAWN: (ResponseCode.WITHDRAWN, "withdrawn", "bill {} was withdrawn by the merchant"),
    BillState.EXPIRED: (ResponseCode.NOT_PAYABLE, "expired", "bill {} has expired"),
}


def refusal_of_state(bill: Bill, on: BusinessDate) -> Answer | None:
    """Return why a bill cannot be paid on ``on``, or None if it can."""
    state = bill.state(on)
    if state in _NOT_OPEN:
        code, brief, reason = _NOT_OPEN[state]
        return decline(code, brief, reason.format(bill.bill_no))
    if not bill.opened(on):
        return decline(
            ResponseCode.NOT_PAYABLE,
            "not open yet",
            f"bill {bill.bill_no} can be paid from {bill.open_from} on",
        )
    return None


def unknown_bill(merchant_id: str, bill_no: str) -> Answer:
    """Return the refusal for an unknown bill; the number sent may be a card number."""
    reason = f"{merchant_id} has no bill {mask_cards(bill_no)}"
    return decline(ResponseCode.NOT_FOUND, "unknown bill", reason)


def collect(command: Payment, facts: Facts, context: Context, *, limited: bool) -> Collectable | Answer:
    """Return the bill with the parts that the payment covers, or the refusal of the first failed check.

    The order is that of domain.md: merchant, bill, state, limits, amount.

    Args:
        limited: whether the merchant's limits apply; they do not apply to money that was already taken.
    """
    merchant = active_merchant(command.merchant_id, facts)
    if isinstance(merchant, Answer):
        return merchant
    bill = facts.bills[command.merchant_id, command.bill_no]
    if bill is None:
        return unknown_bill(command.merchant_id, command.bill_no)
    refused = refusal_of_state(bill, facts.day.date)
    if refused is None and limited:
        refused = over_limit(command, merchant)
    return refused or _fit_amount(command, merchant, bill, facts, context)


def over_limit(command: Payment, merchant: Merchant) -> Answer | None:
    """Return the refusal of a payment over the merchant's limit at its channel; of several bills, the sum counts."""
    most = merchant.limits_minor.get(command.channel)
    if most is None or command.amount_minor <= most:
        return None
    shown = format_major(most, merchant.currency)
    return decline(
        ResponseCode.OVER_LIMIT,
        "over the limit",
        f"{merchant.name} takes at most {shown} a payment at a {command.channel.value}",
    )


def _fit_amount(
    command: Payment,
    merchant: Merchant,
    bill: Bill,
    facts: Facts,
    context: Context,
) -> Collectable | Answer:
    owed = bill.dues(merchant.late_fee, facts.day.date)
    if command.currency != bill.currency:
        return _wrong_amount(merchant, bill, owed, f"bill {bill.bill_no} is in another currency")
    quoted = _quoted(command, merchant, bill, facts, context)
    parts = split(command.amount_minor, owed, quoted, merchant.amount_rule)
    if parts is None:
        payable = format_major(owed.payable_minor, bill.currency)
        return _wrong_amount(merchant, bill, owed, f"bill {bill.bill_no} owes {payable}")
    return Collectable(merchant, bill, owed, parts)


def _quoted(
    command: Payment,
    merchant: Merchant,
    bill: Bill,
    facts: Facts,
    context: Context,
) -> Dues | None:
    """Return the amount owed on the previous date if that quote is still valid (domain.md, Amounts)."""
    previous = facts.day.previous
    if previous is None:
        return None
    # With a clock set back, the day would always look just opened, and late fees would be waived all the time.
    open_for = context.now - facts.day.opened_at
    in_grace = -context.terms.skew <= open_for <= context.terms.quote_grace
    if in_grace or (command.advised and command.local_date == previous):
        return bill.dues(merchant.late_fee, previous)
    return None


def _wrong_amount(merchant: Merchant, bill: Bill, owed: Dues, reason: str) -> Answer:
    values: dict[str, str | int] = {"total_payable": owed.payable_minor}
    values |= part_values(merchant.amount_rule, owed.payable_minor)
    told = reason + part_words(merchant.amount_rule, owed.payable_minor, bill.currency)
    return Answer(ResponseCode.WRONG_AMOUNT, None, "wrong amount", told, values)


def part_values(rule: AmountRule, payable_minor: int) -> dict[str, str | int]:
    """Return what an answer says of part payments: their least and their step; nothing where none are taken."""
    least = rule.least_payable(payable_minor)
    if least == payable_minor:
        return {}
    values: dict[str, str | int] = {"least_payable": least}
    if rule.step_minor > 1:
        values["payable_step"] = rule.step_minor
    return values


def part_words(rule: AmountRule, payable_minor: int, currency: str) -> str:
    """Return the same in words, to follow what a bill owes."""
    least = rule.least_payable(payable_minor)
    if least == payable_minor:
        return ""
    steps = f", a multiple of {format_major(rule.step_minor, currency)}" if rule.step_minor > 1 else ""
    return f"; pay all of it, or a part of at least {format_major(least, currency)}{steps}"


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
            notice_id=f"{kind.value}:{by}"
            if payment.line == 1
            else f"{kind.value}:{line_name(by, payment.line)}",
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
