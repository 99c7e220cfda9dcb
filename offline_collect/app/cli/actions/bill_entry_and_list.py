"""Bills by hand: what was typed as an entry, and pages of bills as people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from offline_collect.app.cli.support.paging import Page
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.dates import BusinessDate
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.money import format_major
from offline_collect.domain.text import mask_name
from offline_collect.merchant.entry.entry import Entry, LayoutSource
from offline_collect.store import (
    BillCriteria,
    FoundBill,
    StoreMissing,
    find_bills,
    open_day,
    require_merchant,
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


def typed_bill(
    office: Office,
    merchant_id: str,
    bill_no: str,
    texts: Mapping[str, str],
    inputs: Mapping[str, str],
    extras: Mapping[str, str],
    cleared: Sequence[str] | None = None,
) -> tuple[Entry, LayoutSource]:
    """Return what was typed, and the layout that it is held to.

    Raises:
        UsageError: something is given and cleared at once, or the customer is named in two ways.
    """
    if "customer_no" in texts and inputs:
        raise UsageError("name the customer by --customer or by --input, not by both")
    both = [name for name in cleared or () if name in texts or name in extras]
    if both:
        raise UsageError(f"--clear {both[0]}: is given a value at the same time")
    entry = Entry(merchant_id, bill_no, office.who, texts, inputs, extras, tuple(cleared or ()))
    return entry, office.configuration.schemas().read("files/bills")


def bill_page(office: Office, merchant_id: str, criteria: BillCriteria, after: str | None, most: int) -> Page:
    """Return a page of bills as the user may see them.

    Raises:
        NotThere: there is no such merchant.
        StoreMissing: no business day is open.
    """
    with office.store.snapshot() as reading:
        merchant = require_merchant(reading, merchant_id)
        day = open_day(reading)
        if day is None:
            raise StoreMissing("no business day is open: run offline-collect init")
        found = find_bills(reading, merchant_id, criteria, day.date, after, most + 1)
    masked = not office.may(Permission.SEE_PERSONAL)
    return Page(
        "bills",
        "no bill fits",
        _COLUMNS,
        [_row(each, merchant, day.date, masked=masked) for each in found[:most]],
        found[most - 1].bill.bill_no if len(found) > most else None,
        frozenset({"amount", "payable"}),
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
