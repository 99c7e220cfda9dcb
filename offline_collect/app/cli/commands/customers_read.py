"""`customers show | find`: customers as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offline_collect.app.cli.actions.search_criteria import customer_criteria
from offline_collect.app.cli.support.options import ConfigFile, MerchantId, takes_name
from offline_collect.app.cli.support.options_entry import (
    CustomerNo,
    Inputs,
    MobilePart,
    NamePart,
    NumberPart,
    pairs,
)
from offline_collect.app.cli.support.options_paging import After, AsJson, Most
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.tables import show_document
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.domain.access.roles import Permission
from offline_collect.merchant.entry.customers import describe_customer, require_customer
from offline_collect.store import CustomerCriteria, find_customers, require_merchant

_COLUMNS = {
    "customer": "Customer",
    "name": "Name",
    "inputs": "Found by",
    "mobile": "Mobile",
    "email": "E-mail",
    "debit_account": "Account",
    "mandate": "Mandate",
}


@takes_name
def show(merchant: MerchantId, customer_no: CustomerNo, config: ConfigFile = None) -> None:
    """Print a customer as YAML; the account's last four digits only."""
    with open_office(config) as office:
        show_document(customer_document(office, merchant, customer_no))


@takes_name
def find(
    merchant: MerchantId,
    number: NumberPart = None,
    name: NamePart = None,
    inputs: Inputs = None,
    mobile: MobilePart = None,
    most: Most = 50,
    after: After = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List a merchant's customers by number: all, or those that all of the options fit."""
    typed = pairs(inputs, "--input")
    with open_office(config) as office:
        criteria = customer_criteria(office, merchant, number, name, mobile, typed)
        page = customer_page(office, merchant, criteria, after, most)
    show_page(page, as_json=as_json)


def customer_document(office: Office, merchant_id: str, customer_no: str) -> dict[str, Any]:
    """Return a customer as the user may see it.

    Raises:
        NotPermittedError: the user may not look.
        NotFoundError, UnknownCustomerError: there is no such merchant or customer.
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
        NotFoundError: there is no such merchant.
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
