"""0100/380000: the open bills of exactly one customer, oldest due first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from offline_collect.domain.answers import Answer, Record, decline
from offline_collect.domain.bills import Bill
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Lookup
from offline_collect.domain.customers import Customer
from offline_collect.domain.decisions.collecting import (
    active_merchant,
    part_values,
    refusal_of_state,
    unknown_bill,
)
from offline_collect.domain.decisions.deciding import Context, Decision
from offline_collect.domain.effects import NO_EFFECTS
from offline_collect.domain.facts import BillPage, Facts, Wants
from offline_collect.domain.forms import InputProblem, PaymentForm, read_inputs
from offline_collect.domain.lookup_keys import typed_key
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.payer_fee import payer_fees
from offline_collect.domain.texts.text import mask_name

_KNOWN_COLUMNS = frozenset({"description", "period", "due_date"})


def bill_cursor(bill: Bill) -> str:
    """Return the cursor of a page that begins with ``bill``: its due date and number (PDS 0040)."""
    return f"{_digits(bill.due_date)}{bill.bill_no}"


def want(command: Lookup, facts: Facts, wants: Wants) -> bool:
    """Request merchant and form; then the customer or bill; then the customer's open bills."""
    wants.merchants.add(command.merchant_id)
    if command.form_version is None:
        wants.current_forms.add(command.merchant_id)
    else:
        wants.forms.add((command.merchant_id, command.form_version))
    if command.merchant_id not in facts.merchants:
        return True
    if command.bill_no is not None:
        return _want_bill(command, command.bill_no, facts, wants)
    form = _form(command, facts)
    typed = None if form is None else _typed(command, form, facts)
    if not isinstance(typed, tuple):
        return False
    given, digest = typed
    key = (command.merchant_id, digest)
    wants.customers.add(key)
    fitting = _fitting(facts.customers.get(key, ()), given)
    if len(fitting) == 1:
        wants.bill_pages.add((command.merchant_id, fitting[0].customer_no, command.cursor))
    return key not in facts.customers


def _want_bill(command: Lookup, bill_no: str, facts: Facts, wants: Wants) -> bool:
    key = (command.merchant_id, bill_no)
    wants.bills.add(key)
    bill = facts.bills.get(key)
    if bill is not None:
        wants.numbered_customers.add((command.merchant_id, bill.customer_no))
    return key not in facts.bills


def decide(command: Lookup, facts: Facts, context: Context) -> Decision:
    """Answer with the customer's open bills, or with a refusal in the merchant's words."""
    return _answer(command, facts, context), NO_EFFECTS


def _answer(command: Lookup, facts: Facts, context: Context) -> Answer:
    merchant = active_merchant(command.merchant_id, facts)
    if isinstance(merchant, Answer):
        return merchant
    form = _form(command, facts)
    if form is None:
        return decline(ResponseCode.NOT_FOUND, "no such form", _no_form(command, merchant))
    if command.bill_no is not None:
        return _one_bill(command, merchant, form, command.bill_no, facts)
    typed = _typed(command, form, facts)
    if isinstance(typed, InputProblem):
        return decline(ResponseCode.UNKNOWN_CUSTOMER, "wrong inputs", str(typed.reason))
    given, digest = typed
    fitting = _fitting(facts.customers[command.merchant_id, digest], given)
    if len(fitting) != 1:
        return _not_one(merchant, form, given, several=bool(fitting))
    (customer,) = fitting
    page = facts.bill_pages[command.merchant_id, customer.customer_no, command.cursor]
    return _page(command, merchant, form, customer, page, facts, context)


def _typed(command: Lookup, form: PaymentForm, facts: Facts) -> tuple[dict[str, str], str] | InputProblem:
    """Return the inputs by key, with their lookup key; or the refusal."""
    at = (command.merchant_id, form.version, command.inputs)
    known = facts.typed.get(at)
    if known is None:
        given = read_inputs(form, command.inputs)
        known = given if isinstance(given, InputProblem) else (given, typed_key(form, given))
        facts.typed[at] = known
    return known


def _form(command: Lookup, facts: Facts) -> PaymentForm | None:
    if command.form_version is None:
        return facts.current_forms[command.merchant_id]
    return facts.forms[command.merchant_id, command.form_version]


def _no_form(command: Lookup, merchant: Merchant) -> str:
    if command.form_version is None:
        return f"{merchant.name} has no payment form yet"
    return f"{merchant.name} has no payment form of version {command.form_version}"


def _fitting(found: tuple[Customer, ...], given: Mapping[str, str]) -> list[Customer]:
    """Return the customers that match all given inputs, not only the identifying ones."""
    return [
        customer
        for customer in found
        if all(customer.inputs.get(key, text) == text for key, text in given.items())
    ]


def _not_one(merchant: Merchant, form: PaymentForm, given: Mapping[str, str], *, several: bool) -> Answer:
    """Decline inputs that match no customer, or several; for several, say what the payer can do."""
    labels = ", ".join(asked.label for asked in form.inputs if asked.key in given)
    if not several:
        reason = f"no customer of {merchant.name} has this {labels}"
        return decline(ResponseCode.UNKNOWN_CUSTOMER, "unknown customer", reason)
    more = ", ".join(asked.label for asked in form.inputs if asked.key not in given)
    remedy = f"give {more} too, or ask {merchant.name}" if more else f"ask {merchant.name}"
    reason = f"more than one customer of {merchant.name} has this {labels}: {remedy}"
    return decline(ResponseCode.UNKNOWN_CUSTOMER, "more than one customer", reason)


def _one_bill(command: Lookup, merchant: Merchant, form: PaymentForm, bill_no: str, facts: Facts) -> Answer:
    bill = facts.bills[merchant.merchant_id, bill_no]
    if bill is None:
        return unknown_bill(merchant.merchant_id, bill_no)
    refused = refusal_of_state(bill, facts.day.date)
    if refused is not None:
        return refused
    customer = facts.numbered_customers[merchant.merchant_id, bill.customer_no]
    return Answer(
        ResponseCode.APPROVED,
        values=_heading(bill.customer_no, customer, 1),
        records=_with_fees(command, merchant, (_record(command, bill, merchant, form, facts),)),
    )


def _page(
    command: Lookup,
    merchant: Merchant,
    form: PaymentForm,
    customer: Customer,
    page: BillPage,
    facts: Facts,
    context: Context,
) -> Answer:
    most = context.terms.page_records
    shown, rest = page.bills[:most], page.bills[most:]
    records = tuple(_record(command, bill, merchant, form, facts) for bill in shown)
    return Answer(
        ResponseCode.APPROVED,
        values=_heading(customer.customer_no, customer, page.total),
        records=_with_fees(command, merchant, records),
        beyond=bill_cursor(rest[0]) if rest else None,
    )


def _heading(customer_no: str, customer: Customer | None, open_count: int) -> dict[str, str | int]:
    values: dict[str, str | int] = {"customer_no": customer_no, "open_count": open_count}
    if customer is not None:
        values["customer_name"] = mask_name(customer.name)
    return values


def _with_fees(command: Lookup, merchant: Merchant, records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Return records with what each adds to the payer's fee; a front end may show fewer than these."""
    if not merchant.payer_fees:
        return records
    amounts = [record.payable_minor for record in records]
    fees = [0] + [
        sum(payer_fees(merchant.payer_fees, command.channel, command.institution, amounts[:count]))
        for count in range(1, len(amounts) + 1)
    ]
    return tuple(
        replace(record, payer_fee_minor=fee - before)
        for record, before, fee in zip(records, fees, fees[1:], strict=False)
    )


def _record(command: Lookup, bill: Bill, merchant: Merchant, form: PaymentForm, facts: Facts) -> Record:
    day = facts.day.date
    dues = bill.dues(merchant.late_fee, day)
    values: dict[str, str | int] = {
        "bill_no": bill.bill_no,
        "principal": dues.principal_minor,
        "late_fee": dues.late_fee_minor,
        "total_payable": dues.payable_minor,
        "bill_status": bill.state(day).value,
        **_shown_columns(bill, form),
        **part_values(merchant.amount_rule, dues.payable_minor),
    }
    if merchant.payer_fees:
        # What this bill alone would be charged; the payer pays it beside the payable.
        (fee,) = payer_fees(merchant.payer_fees, command.channel, command.institution, [dues.payable_minor])
        values |= {"payer_fee": fee} if fee else {}
    return Record(values, bill_cursor(bill), dues.payable_minor)


def _shown_columns(bill: Bill, form: PaymentForm) -> dict[str, str]:
    shown: dict[str, str] = {}
    extra: list[str] = []
    for name in form.show:
        if name not in _KNOWN_COLUMNS:
            text = bill.extra.get(name)
            if text:
                extra.append(f"{name}={text}")
            continue
        text = _digits(bill.due_date) if name == "due_date" else getattr(bill, name)
        if text is not None:
            shown[name] = text
    if extra:
        shown["extra"] = "|".join(extra)
    return shown


def _digits(date: dt.date) -> str:
    """``YYYYMMDD``; strftime takes six times as long."""
    return date.isoformat().replace("-", "")
