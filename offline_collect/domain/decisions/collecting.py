"""Shared by payments and advices: whether a bill accepts an amount, and the posting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.bills import Bill, BillState, Dues, Parts, split
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Payment
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.merchants import AmountRule, Merchant, MerchantStatus
from offline_collect.domain.money import format_major
from offline_collect.domain.payer_fee import payer_fees
from offline_collect.domain.texts.cards import mask_cards
from offline_collect.domain.values import value

NOTHING_OWED = Dues(0, 0)


@value
class Collectable:
    """A bill that accepts the payment: the amount owed on the open day and the parts covered, with the payer's fee."""

    merchant: Merchant
    bill: Bill
    owed: Dues
    parts: Parts
    payer_fee_minor: int = 0


def want_bill(command: Payment, facts: Facts, wants: Wants) -> None:
    """Request the bill, or each of several; their merchant and form are loaded with the keys, one round earlier."""
    wants.bills.add((command.merchant_id, command.bill_no))
    if command.lines:
        wants.bills.update((command.merchant_id, line.bill_no) for line in command.lines)
    if _oldest_first(command, facts) or any(line.period is not None for line in command.lines):
        # The bills of a payment are one customer's, so the first one finds them all.
        first = (command.merchant_id, command.bill_no)
        wants.open_bills.add(first)
        wants.bills.update(facts.open_bills.get(first, ()))


def _oldest_first(command: Payment, facts: Facts) -> bool:
    merchant = facts.merchants.get(command.merchant_id)
    return merchant is not None and not merchant.amount_rule.any_order and not command.advised


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


def collect(
    command: Payment, facts: Facts, context: Context, *, limited: bool, fee_due: int | None = None
) -> Collectable | Answer:
    """Return the bill with the parts that the payment covers, or the refusal of the first failed check.

    The order is: merchant, bill, state, limits, amount.

    Args:
        limited: whether the merchant's limits apply; they do not apply to money that was already taken.
        fee_due: the payer's fee for this bill, if it is one of several; None for the fee of one bill.
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
    return refused or _fit_amount(command, merchant, bill, facts, context, fee_due)


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
    fee_due: int | None,
) -> Collectable | Answer:
    owed = bill.dues(merchant.late_fee, facts.day.date)
    if command.currency != bill.currency:
        return _wrong_amount(merchant, bill, owed, f"bill {bill.bill_no} is in another currency")
    quoted = _quoted(command, merchant, bill, facts, context)
    fee = command.payer_fee_minor
    parts = split(command.amount_minor - fee, owed, quoted, merchant.amount_rule)
    if parts is None:
        payable = format_major(owed.payable_minor, bill.currency)
        refused = _wrong_amount(merchant, bill, owed, f"bill {bill.bill_no} owes {payable}")
        return refused if not merchant.payer_fees else _naming_fee(refused, command, merchant, owed)
    if fee or merchant.payer_fees:
        if fee_due is None:
            (fee_due,) = fees_due(command, merchant, [command.amount_minor - fee])
        if fee != fee_due:
            return wrong_fee(command, [owed.payable_minor], fee_due)
    return Collectable(merchant, bill, owed, parts, fee)


def fees_due(command: Payment, merchant: Merchant, amounts: Sequence[int]) -> tuple[int, ...]:
    """Return the payer's fee of each bill of a payment.

    Args:
        command: the payment.
        merchant: whose rules hold.
        amounts: what is paid for each bill, without fees.
    """
    return payer_fees(merchant.payer_fees, command.channel, command.institution, amounts)


def wrong_fee(command: Payment, payable: Sequence[int], fee_due: int) -> Answer:
    """Return the refusal of a payment whose payer's fee is not what the merchant's rule says."""
    shown = format_major(fee_due, command.currency)
    return decline(
        ResponseCode.WRONG_AMOUNT,
        "wrong payer's fee",
        f"the payer's fee for this amount is {shown}; it is a part of the payment's amount",
        total_payable=sum(payable),
        payer_fee=fee_due,
    )


def _naming_fee(refused: Answer, command: Payment, merchant: Merchant, owed: Dues) -> Answer:
    """Return the refusal of a wrong amount with the payer's fee for all that is owed."""
    (fee,) = fees_due(command, merchant, [owed.payable_minor])
    return replace(refused, values={**refused.values, "payer_fee": fee}) if fee else refused


def _quoted(
    command: Payment,
    merchant: Merchant,
    bill: Bill,
    facts: Facts,
    context: Context,
) -> Dues | None:
    """Return the amount owed on the previous date if that quote is still valid."""
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
    """Return the fields of part payments in an answer: minimum and step; empty if none are accepted."""
    least = rule.least_payable(payable_minor)
    if least == payable_minor:
        return {}
    values: dict[str, str | int] = {"least_payable": least}
    if rule.step_minor > 1:
        values["payable_step"] = rule.step_minor
    return values


def part_words(rule: AmountRule, payable_minor: int, currency: str) -> str:
    """Return the same in words, as the end of a sentence about the amount that a bill owes."""
    least = rule.least_payable(payable_minor)
    if least == payable_minor:
        return ""
    steps = f", a multiple of {format_major(rule.step_minor, currency)}" if rule.step_minor > 1 else ""
    return f"; pay all of it, or a part of at least {format_major(least, currency)}{steps}"
