"""`bills show | find`: a bill's amounts, customer and payments; pages of bills."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import typer

from offline_collect.app.cli.actions.search_criteria import bill_state, date_range, inputs_as_options
from offline_collect.app.cli.support.options import ConfigFile, MerchantId, takes_name
from offline_collect.app.cli.support.options_entry import (
    BillNo,
    Inputs,
    MobilePart,
    NamePart,
    NumberPart,
    pairs,
)
from offline_collect.app.cli.support.options_paging import After, AsJson, Most
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.posting_words import describe_posting
from offline_collect.app.cli.support.speaking import speaks
from offline_collect.app.cli.support.worded import show_worded
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.bills import Bill
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.transactions import PostedPayment
from offline_collect.merchant.entry.search import CustomerSearch
from offline_collect.merchant.entry.view_bills import BillPage, BillSearch, BillView, search_bills, view_bill
from offline_collect.store import FoundBill

_COLUMNS = {
    "bill": Phrase("Bill"),
    "customer": Phrase("Customer"),
    "name": Phrase("Name"),
    "description": Phrase.in_context("bill", "For"),
    "period": Phrase("Period"),
    "amount": Phrase("Amount"),
    "payable": Phrase("Payable"),
    "due_date": Phrase("Due"),
    "state": Phrase.in_context("list", "State"),
}


@takes_name
@speaks
def show(merchant: MerchantId, bill_no: BillNo, config: ConfigFile = None) -> None:
    """Print a bill as YAML: what it owes on the open business day, and the payments made for it."""
    with open_office(config) as office:
        seen = view_bill(office.store, merchant, bill_no, office.actor)
        show_worded(describe_bill(seen, timezone(office.configuration.settings)))


@takes_name
@speaks
def find(
    merchant: MerchantId,
    number: NumberPart = None,
    customer: Annotated[
        str | None,
        typer.Option(
            "--customer", metavar="PART", help="A part of the customer's number.", show_default=False
        ),
    ] = None,
    name: NamePart = None,
    inputs: Inputs = None,
    mobile: MobilePart = None,
    state: Annotated[
        str | None,
        typer.Option(
            "--state",
            metavar="STATE",
            help="OPEN, PARTIAL, PAID, IN_BATCH, WITHDRAWN or EXPIRED.",
            show_default=False,
        ),
    ] = None,
    period: Annotated[
        str | None, typer.Option("--period", metavar="TEXT", help="The whole of it.", show_default=False)
    ] = None,
    due: Annotated[
        str | None,
        typer.Option(
            "--due", metavar="FROM..TO", help="Due dates; either may be left out.", show_default=False
        ),
    ] = None,
    most: Most = 50,
    after: After = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List a merchant's bills by number: all, or those that match every option."""
    typed, (due_from, due_to), asked = pairs(inputs, "--input"), date_range(due), bill_state(state)
    owner = CustomerSearch(customer, name, mobile, typed)
    search = BillSearch(
        number=number, customer=owner, state=asked, period=period, due_from=due_from, due_to=due_to
    )
    with open_office(config) as office, inputs_as_options():
        found = search_bills(office.store, merchant, search, office.actor, after, most)
        show_page(_page(found), as_json=as_json)


def _page(found: BillPage) -> Page:
    return Page(
        name="bills",
        nothing=Phrase("no bill matches"),
        columns=_COLUMNS,
        rows=[_row(each, found.merchant, found.on) for each in found.found],
        following=found.following,
        right=frozenset({"amount", "payable"}),
    )


def _row(found: FoundBill, merchant: Merchant, on: BusinessDate) -> dict[str, str | int | None]:
    bill = found.bill
    payable = bill.dues(merchant.late_fee, on).payable_minor
    return {
        "bill": bill.bill_no,
        "customer": bill.customer_no,
        "name": found.customer_name,
        "description": bill.description,
        "period": bill.period,
        "amount": format_major(bill.amount_minor, bill.currency),
        "payable": format_major(payable, bill.currency),
        "due_date": bill.due_date.isoformat(),
        "state": bill.state(on).value,
    }


def describe_bill(seen: BillView, zone: dt.tzinfo) -> dict[str, Any]:
    """Return a bill's document; amounts in major units."""
    by_hand = [describe_posting(posting, zone) for posting in seen.by_hand]
    return {
        **_describe(seen.bill, seen.merchant, seen.on),
        "customer": {"number": seen.bill.customer_no, "name": seen.customer_name},
        "payments": [_payment(payment, zone) for payment in seen.payments],
        **({"by_hand": by_hand} if by_hand else {}),
    }


def _describe(bill: Bill, merchant: Merchant, on: BusinessDate) -> dict[str, Any]:
    dues = bill.dues(merchant.late_fee, on)
    described = {
        "bill": bill.bill_no,
        "merchant": f"{merchant.merchant_id} {merchant.name}",
        "state": bill.state(on).value,
        "as_of": on.isoformat(),
        "description": bill.description,
        "period": bill.period,
        "currency": CURRENCIES[bill.currency].code,
        "amount": format_major(bill.amount_minor, bill.currency),
        "due_date": bill.due_date.isoformat(),
        "open_from": bill.open_from and bill.open_from.isoformat(),
        "expires_on": bill.expires_on and bill.expires_on.isoformat(),
        "principal": format_major(dues.principal_minor, bill.currency),
        "late_fee": format_major(dues.late_fee_minor, bill.currency),
        "payable": format_major(dues.payable_minor, bill.currency),
        "version": bill.version,
        "extra": dict(bill.extra) or None,
    }
    return {key: value for key, value in described.items() if value is not None}


def _payment(payment: PostedPayment, zone: dt.tzinfo) -> dict[str, Any]:
    return {
        "serial_number": payment.name,
        "state": payment.state.value,
        "amount": format_major(payment.amount_minor, payment.currency),
        "principal": format_major(payment.principal_minor, payment.currency),
        "late_fee": format_major(payment.late_fee_minor, payment.currency),
        "business_date": payment.business_date.isoformat(),
        "posted_at": payment.posted_at.astimezone(zone).isoformat(" ", "seconds"),
        "channel": payment.channel.value,
        "tender": payment.tender.value,
        "terminal": payment.terminal,
    }
