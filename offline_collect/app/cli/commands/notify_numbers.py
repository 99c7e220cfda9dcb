"""`notify numbers | confirm-number`: addresses that are not the customer's, or do not work."""

from __future__ import annotations

from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, MerchantId
from offline_collect.app.cli.support.options_paging import After, AsJson, Most
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.tables import say
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.notify import addresses

_COLUMNS = {
    "customer": Phrase.in_context("list", "Customer"),
    "address": Phrase.in_context("list", "Address"),
    "fault": Phrase.in_context("list", "Fault"),
    "count": Phrase.in_context("list", "Count"),
}


def numbers(
    merchant: MerchantId,
    most: Most = 50,
    after: After = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List customers whose numbers or addresses get no notices: refused, bad, or shared; addresses are masked."""
    with open_office(config) as office:
        failed_max = office.configuration.settings.notify.failed_max
        found = addresses.view_faults(office.store, office.actor, merchant, failed_max, (after, most))
    page = Page(
        "numbers", Phrase("no number has a fault"), _COLUMNS, found.documents, found.following, right=_COUNT
    )
    show_page(page, as_json=as_json)


_COUNT = frozenset({"count"})


def confirm_number(
    merchant: MerchantId,
    customer: Annotated[
        str, typer.Argument(metavar="CUSTOMER", help="Number of the customer.", show_default=False)
    ],
    config: ConfigFile = None,
) -> None:
    """Send to a customer's mobile although others have it or messages have failed: it is known to be right."""
    with open_office(config) as office:
        addresses.confirm_mobile(office.store, office.actor, merchant, customer, office.clock.now())
    say(
        Phrase(
            "the number of customer {customer} of {merchant} is confirmed",
            customer=customer,
            merchant=merchant,
        )
    )
