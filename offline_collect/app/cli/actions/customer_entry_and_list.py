"""Customers by hand: what was typed as an entry, and customers as people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from offline_collect.app.cli.support.paging import Page
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.domain.access.roles import Permission
from offline_collect.merchant.entry.customers import describe_customer, require_customer
from offline_collect.merchant.entry.entry import Entry, LayoutSource
from offline_collect.store import (
    CustomerCriteria,
    MandateStatus,
    find_customers,
    require_merchant,
)

_COLUMNS = {
    "customer": "Customer",
    "name": "Name",
    "inputs": "Found by",
    "mobile": "Mobile",
    "email": "E-mail",
    "debit_account": "Account",
    "mandate": "Mandate",
}


def typed_customer(
    office: Office,
    merchant_id: str,
    customer_no: str,
    texts: dict[str, str],
    inputs: Mapping[str, str],
    consent: bool | None,
    cleared: Sequence[str] | None = None,
) -> tuple[Entry, LayoutSource]:
    """Return what was typed, and the layout that it is held to.

    Raises:
        UsageError: something is given and cleared at once.
    """
    if consent is not None:
        texts = texts | {"consent": "Y" if consent else "N"}
    both = [name for name in cleared or () if name in texts or name in inputs]
    if both:
        raise UsageError(f"--clear {both[0]}: is given a value at the same time")
    entry = Entry(merchant_id, customer_no, office.who, texts, inputs, cleared=tuple(cleared or ()))
    return entry, office.configuration.schemas().read("files/customers")


def mandate_status(text: str | None) -> MandateStatus | None:
    """Return a mandate's status by its name.

    Raises:
        UsageError: there is no such status.
    """
    try:
        return None if text is None else MandateStatus(text.upper())
    except ValueError:
        names = ", ".join(status.value for status in MandateStatus)
        raise UsageError(f"--mandate: {text} is none of {names}") from None


def customer_document(office: Office, merchant_id: str, customer_no: str) -> dict[str, Any]:
    """Return a customer as the user may see it.

    Raises:
        NotPermittedError: the user may not look.
        NotThere, UnknownCustomerError: there is no such merchant or customer.
    """
    office.require(Permission.VIEW)
    with office.store.snapshot() as reading:
        merchant = require_merchant(reading, merchant_id)
        customer = require_customer(reading, merchant_id, customer_no)
    masked = not office.may(Permission.SEE_PERSONAL)
    described = describe_customer(customer, merchant.currency, masked=masked)
    return {"merchant": f"{merchant.merchant_id} {merchant.name}", **described}


def customer_page(
    office: Office, merchant_id: str, criteria: CustomerCriteria, after: str | None, most: int
) -> Page:
    """Return a page of customers as the user may see them.

    Raises:
        NotThere: there is no such merchant.
    """
    with office.store.snapshot() as reading:
        currency = require_merchant(reading, merchant_id).currency
        found = find_customers(reading, merchant_id, criteria, after, most + 1)
    masked = not office.may(Permission.SEE_PERSONAL)
    shown = [describe_customer(each, currency, masked=masked) for each in found[:most]]
    return Page(
        "customers",
        "no customer fits",
        _COLUMNS,
        [_row(described) for described in shown],
        found[most - 1].customer_no if len(found) > most else None,
    )


def _row(described: Mapping[str, Any]) -> dict[str, str | int | None]:
    inputs = ", ".join(f"{key}={text}" for key, text in described["inputs"].items())
    return {key: described.get(key) for key in _COLUMNS} | {"inputs": inputs or None}
