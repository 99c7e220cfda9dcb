"""One bill as people read it: what it owes, whose it is, what was paid."""

from __future__ import annotations

import datetime as dt
from typing import Any

from offline_collect.app.cli.support.posting_words import describe_posting
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.bills import Bill
from offline_collect.domain.dates import BusinessDate
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.money import CURRENCIES, format_major
from offline_collect.domain.text import mask_name
from offline_collect.domain.transactions import PostedPayment
from offline_collect.merchant.common.errors import UnknownBillError
from offline_collect.store import StoreMissing, bill_details, open_day, postings_on_bill, require_merchant


def describe_bill(office: Office, merchant_id: str, bill_no: str) -> dict[str, Any]:
    """Return a bill's document; amounts in major units, names as the user may see them.

    Raises:
        NotThere, UnknownBillError: there is no such merchant or bill.
    """
    with office.store.snapshot() as reading:
        merchant = require_merchant(reading, merchant_id)
        details = bill_details(reading, merchant_id, bill_no)
        by_hand = postings_on_bill(reading, merchant_id, bill_no)
        day = open_day(reading)
    if details is None:
        raise UnknownBillError(merchant_id, bill_no)
    if day is None:
        raise StoreMissing("no business day is open: run offline-collect init")
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
