"""Money in suspense as a list: what came, for which bill, and what that bill is like now."""

from __future__ import annotations

import datetime as dt

from offline_collect.app.cli.support.paging import Page
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.domain.dates import BusinessDate
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.money import CURRENCIES, format_major
from offline_collect.domain.transactions import PostedPayment
from offline_collect.store import read_facts, require_merchant, suspended_payments

_COLUMNS = {
    "serial_number": "Serial number",
    "merchant": "Merchant",
    "bill_no": "Bill",
    "bill_state": "Bill is",
    "amount": "Amount",
    "currency": "Currency",
    "tender": "Tender",
    "institution": "Institution",
    "terminal": "Terminal",
    "posted_at": "Posted",
}


def suspense_page(office: Office, merchant_id: str | None, after: str | None, most: int) -> Page:
    """Return a page of payments in suspense.

    Raises:
        NotThere: there is no such merchant.
    """
    with office.store.snapshot() as reading:
        if merchant_id is not None:
            require_merchant(reading, merchant_id)
        found = suspended_payments(reading, merchant_id, after, most + 1)
        shown = found[:most]
        facts = read_facts(reading, Wants(bills={(each.merchant_id, each.bill_no) for each in shown}))
    zone = timezone(office.configuration.settings)
    return Page(
        "payments",
        "nothing is in suspense",
        _COLUMNS,
        [_row(payment, facts, zone) for payment in shown],
        shown[-1].serial_number if len(found) > most else None,
        frozenset({"amount"}),
    )


def _row(payment: PostedPayment, facts: Facts, zone: dt.tzinfo) -> dict[str, str | int | None]:
    return {
        "serial_number": payment.serial_number,
        "merchant": payment.merchant_id,
        "bill_no": payment.bill_no,
        "bill_state": _bill_state(payment, facts, facts.day.date),
        "amount": format_major(payment.amount_minor, payment.currency),
        "currency": CURRENCIES[payment.currency].code,
        "tender": payment.tender.value,
        "institution": payment.institution,
        "terminal": payment.terminal,
        "posted_at": payment.posted_at.astimezone(zone).isoformat(" ", "seconds"),
    }


def _bill_state(payment: PostedPayment, facts: Facts, on: BusinessDate) -> str:
    bill = facts.bills[payment.merchant_id, payment.bill_no]
    return "unknown" if bill is None else bill.state(on).value
