"""`bills show | find`: what a bill owes, whose it is, what was paid; pages of bills."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import typer

from offline_collect.app.cli.actions.search_criteria import bill_state, customer_criteria, date_range
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
from offline_collect.app.cli.support.tables import show_document
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.bills import Bill
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.text import mask_name
from offline_collect.domain.transactions import PostedPayment
from offline_collect.merchant.common.errors import UnknownBillError
from offline_collect.store import (
    BillCriteria,
    FoundBill,
    bill_details,
    find_bills,
    postings_on_bill,
    require_merchant,
    require_open_day,
)

_COLUMNS = {
    "bill": "Bill",
    "customer": "Customer",
    "name": "Name",
    "description": "For",
    "period": "Period",
    "amount": "Amount",
    "payable": "Payable",
    "due_date": "Due",
    "state": "State",
}


@takes_name
def show(merchant: MerchantId, bill_no: BillNo, config: ConfigFile = None) -> None:
    """Print a bill as YAML: what it owes on the open business day, and the payments made for it."""
    with open_office(config) as office:
        office.require(Permission.VIEW)
        show_document(describe_bill(office, merchant, bill_no))


@takes_name
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
    """List a merchant's bills by number: all, or those that all of the options fit."""
    typed, (due_from, due_to), asked = pairs(inputs, "--input"), date_range(due), bill_state(state)
    with open_office(config) as office:
        owner = customer_criteria(office, merchant, customer, name, mobile, typed)
        criteria = BillCriteria(
            number=number, customer=owner, state=asked, period=period, due_from=due_from, due_to=due_to
        )
        page = bill_page(office, merchant, criteria, after, most)
    show_page(page, as_json=as_json)


def bill_page(office: Office, merchant_id: str, criteria: BillCriteria, after: str | None, most: int) -> Page:
    """Return a page of bills as the user may see them.

    Raises:
        NotFoundError: there is no such merchant.
        StoreMissingError: no business day is open.
    """
    with office.store.snapshot() as reading:
        merchant = require_merchant(reading, merchant_id)
        day = require_open_day(reading)
        found = find_bills(reading, merchant_id, criteria, day.date, after, most + 1)
    masked = not office.may(Permission.SEE_PERSONAL)
    return Page(
        name="bills",
        nothing="no bill fits",
        columns=_COLUMNS,
        rows=[_row(each, merchant, day.date, masked=masked) for each in found[:most]],
        following=found[most - 1].bill.bill_no if len(found) > most else None,
        right=frozenset({"amount", "payable"}),
    )


def _row(
    found: FoundBill, merchant: Merchant, on: BusinessDate, *, masked: bool
) -> dict[str, str | int | None]:
    bill, name = found.bill, found.customer_name
    payable = bill.dues(merchant.late_fee, on).payable_minor
    return {
        "bill": bill.bill_no,
        "customer": bill.customer_no,
        "name": mask_name(name) if masked and name else name,
        "description": bill.description,
        "period": bill.period,
        "amount": format_major(bill.amount_minor, bill.currency),
        "payable": format_major(payable, bill.currency),
        "due_date": bill.due_date.isoformat(),
        "state": bill.state(on).value,
    }


def describe_bill(office: Office, merchant_id: str, bill_no: str) -> dict[str, Any]:
    """Return a bill's document; amounts in major units, names as the user may see them.

    Raises:
        NotFoundError, UnknownBillError: there is no such merchant or bill.
    """
    with office.store.snapshot() as reading:
        merchant = require_merchant(reading, merchant_id)
        details = bill_details(reading, merchant_id, bill_no)
        by_hand = postings_on_bill(reading, merchant_id, bill_no)
        day = require_open_day(reading)
    if details is None:
        raise UnknownBillError(merchant_id, bill_no)
    zone = timezone(office.configuration.settings)
    customer = details.customer
    return {
        **_describe(details.bill, merchant, day.date),
        "customer": {
            "number": details.bill.customer_no,
            "name": None if customer is None else _name(customer.name, office),
        },
        "payments": [_payment(payment, zone) for payment in details.payments],
        **({"by_hand": [describe_posting(posting, zone) for posting in by_hand]} if by_hand else {}),
    }


def _name(name: str, office: Office) -> str:
    return name if office.may(Permission.SEE_PERSONAL) else mask_name(name)


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
        "serial_number": payment.serial_number,
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
