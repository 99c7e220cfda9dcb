"""`suspense list | refund | apply`."""

from __future__ import annotations

from typing import Annotated

import typer

from offline_collect.app.cli.actions.suspense_list import suspense_page
from offline_collect.app.cli.support.options import ConfigFile, group
from offline_collect.app.cli.support.options_paging import After, AsJson, Most
from offline_collect.app.cli.support.paging import show_page
from offline_collect.app.cli.support.posting_words import covered
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.decisions.suspense import Application, Refund
from offline_collect.domain.money import format_major
from offline_collect.merchant.access.roles import Permission
from offline_collect.merchant.postings import suspense

app = group()

Serial = Annotated[
    str, typer.Argument(metavar="SERIAL", help="Serial number of the payment.", show_default=False)
]
Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why, for the record.", show_default=False)
]


@app.command("list")
def list_all(
    merchant: Annotated[
        str | None,
        typer.Option("--merchant", metavar="MERCHANT", help="Default: all merchants.", show_default=False),
    ] = None,
    most: Most = 50,
    after: After = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List payments in suspense, oldest first, each with what its bill is like now."""
    with open_office(config) as office:
        office.require(Permission.VIEW)
        page = suspense_page(office, merchant, after, most)
    show_page(page, as_json=as_json)


@app.command()
def refund(
    serial: Serial,
    reason: Reason,
    reference: Annotated[
        str | None,
        typer.Option(
            "--reference",
            metavar="TEXT",
            help="Number of the transfer that gave it back.",
            show_default=False,
        ),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Post that money in suspense was given back to the institution that it came from."""
    with open_office(config) as office:
        office.require(Permission.SUSPENSE)
        order = Refund(serial, reason, office.who, reference)
        posting = suspense.refund(office.store, order, office.clock.now())
    amount = format_major(posting.amount_minor, posting.currency)
    typer.echo(f"payment {serial}: {amount} refunded, posted as {posting.serial_number}")


@app.command()
def apply(
    serial: Serial,
    bill_no: Annotated[
        str,
        typer.Argument(metavar="BILL_NO", help="A bill of the payment's merchant.", show_default=False),
    ],
    reason: Reason,
    config: ConfigFile = None,
) -> None:
    """Put money in suspense to a bill of the merchant that it was paid to, as its amount rule allows."""
    with open_office(config) as office:
        office.require(Permission.SUSPENSE)
        order = Application(serial, bill_no, reason, office.who)
        posting = suspense.apply(office.store, order, office.clock.now())
    typer.echo(f"payment {serial}: {covered(posting)} of bill {bill_no}, posted as {posting.serial_number}")
