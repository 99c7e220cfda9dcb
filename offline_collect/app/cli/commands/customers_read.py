"""`customers show | find`: prints customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offline_collect.app.cli.actions.search_criteria import inputs_as_options
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
from offline_collect.app.cli.support.speaking import speaks
from offline_collect.app.cli.support.worded import show_worded
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.entry.search import CustomerSearch
from offline_collect.merchant.entry.view_customers import search_customers, view_customer

_COLUMNS = {
    "customer": Phrase("Customer"),
    "name": Phrase("Name"),
    "inputs": Phrase("Found by"),
    "mobile": Phrase("Mobile"),
    "email": Phrase("E-mail"),
    "debit_account": Phrase("Account"),
    "mandate": Phrase("Mandate"),
}


@takes_name
@speaks
def show(merchant: MerchantId, customer_no: CustomerNo, config: ConfigFile = None) -> None:
    """Print a customer as YAML; the account's last four digits only."""
    with open_office(config) as office:
        show_worded(view_customer(office.store, merchant, customer_no, office.actor))


@takes_name
@speaks
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
    """List a merchant's customers by number: all, or those that match every option."""
    typed = pairs(inputs, "--input")
    search = CustomerSearch(number, name, mobile, typed)
    with open_office(config) as office, inputs_as_options():
        found = search_customers(office.store, merchant, search, office.actor, after, most)
        rows = [_row(described) for described in found.customers]
        page = Page("customers", Phrase("no customer matches"), _COLUMNS, rows, found.following)
        show_page(page, as_json=as_json)


def _row(described: Mapping[str, Any]) -> dict[str, str | int | None]:
    inputs = ", ".join(f"{key}={text}" for key, text in described["inputs"].items())
    return {key: described.get(key) for key in _COLUMNS} | {"inputs": inputs or None}
