"""`notify consent add | withdraw | list`: consents to advertising, with their proof."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, MerchantId, group
from offline_collect.app.cli.support.options_paging import After, AsJson, Most
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.tables import say
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.notices.consent import Consent
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.notify import consents

app = group()

Customer = Annotated[
    str, typer.Argument(metavar="CUSTOMER", help="Number of the customer.", show_default=False)
]

_COLUMNS = {
    "customer": Phrase.in_context("list", "Customer"),
    "given_at": Phrase.in_context("list", "Given"),
    "how": Phrase.in_context("list", "How"),
    "proof": Phrase.in_context("list", "Proof"),
    "withdrawn_at": Phrase.in_context("list", "Withdrawn"),
}


def _moment(text: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            Phrase("{text} is no date or time; write it like 2026-11-22 or 2026-11-22T09:30", text=text)
        ) from None


@app.command()
def add(
    merchant: MerchantId,
    customer: Customer,
    given_at: Annotated[
        dt.datetime,
        typer.Option(
            "--given-at",
            parser=_moment,
            metavar="TIME",
            help="When, in the platform's time zone: 2026-11-22T09:30.",
            show_default=False,
        ),
    ],
    how: Annotated[
        str,
        typer.Option("--how", metavar="TEXT", help="In which way, such as `paper form`.", show_default=False),
    ],
    proof: Annotated[
        str,
        typer.Option(
            "--proof",
            metavar="TEXT",
            help="The words to which he consented, and where the proof is.",
            show_default=False,
        ),
    ],
    config: ConfigFile = None,
) -> None:
    """Keep a customer's consent to advertising: nothing commercial goes out without one."""
    with open_office(config) as office:
        zone = timezone(office.configuration.settings)
        moment = given_at if given_at.tzinfo is not None else given_at.replace(tzinfo=zone)
        given = Consent(merchant, customer, moment, how, proof)
        consents.add_consent(office.store, office.actor, given, office.clock.now())
    say(
        Phrase(
            "the consent of customer {customer} of {merchant} is kept", customer=customer, merchant=merchant
        )
    )


@app.command()
def withdraw(merchant: MerchantId, customer: Customer, config: ConfigFile = None) -> None:
    """Send a customer no more advertising; the proof of what he had consented to stays."""
    with open_office(config) as office:
        consents.withdraw_consent(office.store, office.actor, merchant, customer, office.clock.now())
    say(
        Phrase(
            "customer {customer} of {merchant} gets no more advertising", customer=customer, merchant=merchant
        )
    )


@app.command("list")
def list_all(
    merchant: MerchantId,
    most: Most = 50,
    after: After = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List the consents of a merchant's customers to advertising, with their proofs."""
    with open_office(config) as office:
        found = consents.view_consents(office.store, office.actor, merchant, (after, most))
        rows = [
            {
                key: office.local_time(value) if isinstance(value, dt.datetime) else value
                for key, value in each.items()
            }
            for each in found.documents
        ]
    show_page(
        Page("consents", Phrase("nobody has consented"), _COLUMNS, rows, found.following), as_json=as_json
    )
