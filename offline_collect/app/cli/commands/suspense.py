"""`suspense list | refund | apply`: money in suspense, with the present state of its bills."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, group
from offline_collect.app.cli.support.options_paging import After, AsJson, Most, OfMerchant
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.posting_words import asked_text, covered
from offline_collect.app.cli.support.tables import say
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.domain.bills import BillState
from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.decisions.suspense import Application, Refund
from offline_collect.domain.ledger.manual_postings import ManualPosting
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.transactions import PostedPayment
from offline_collect.merchant.access.requests import Asked
from offline_collect.merchant.postings import suspense
from offline_collect.merchant.postings.view import view_suspense

app = group()

Serial = Annotated[
    str, typer.Argument(metavar="SERIAL", help="Serial number of the payment.", show_default=False)
]
Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why, for the record.", show_default=False)
]

_COLUMNS = {
    "serial_number": Phrase.in_context("list", "Serial number"),
    "merchant": Phrase.in_context("list", "Merchant"),
    "bill_no": Phrase.in_context("list", "Bill"),
    "bill_state": Phrase.in_context("list", "Bill is"),
    "amount": Phrase.in_context("list", "Amount"),
    "currency": Phrase.in_context("list", "Currency"),
    "tender": Phrase.in_context("list", "Tender"),
    "institution": Phrase.in_context("list", "Institution"),
    "terminal": Phrase.in_context("list", "Terminal"),
    "posted_at": Phrase.in_context("list", "Posted"),
}


@app.command("list")
def list_all(
    merchant: OfMerchant = None,
    most: Most = 50,
    after: After = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List payments in suspense, oldest first, each with the present state of its bill."""
    with open_office(config) as office:
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
            help="Number of the transfer that refunded it.",
            show_default=False,
        ),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Post that money in suspense was refunded to the institution that it came from."""
    with open_office(config) as office:
        order = Refund(serial, reason, office.who, reference)
        done = suspense.refund(office.store, order, office.actor, office.clock.now(), office.control)
    say(asked_text(done) if isinstance(done, Asked) else _refunded(serial, done))


def _refunded(serial: str, posting: ManualPosting) -> Phrase:
    amount = format_major(posting.amount_minor, posting.currency)
    return Phrase(
        "payment {serial}: {amount} refunded, posted as {serial_number}",
        serial=serial,
        amount=amount,
        serial_number=posting.serial_number,
    )


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
    """Apply money in suspense to a bill of the merchant that it was paid to, by its amount rule."""
    with open_office(config) as office:
        order = Application(serial, bill_no, reason, office.who)
        done = suspense.apply(office.store, order, office.actor, office.clock.now(), office.control)
    if isinstance(done, Asked):
        say(asked_text(done))
    else:
        say(
            Phrase(
                "payment {serial}: {covered} of bill {bill_no}, posted as {serial_number}",
                serial=serial,
                covered=covered(done),
                bill_no=bill_no,
                serial_number=done.serial_number,
            )
        )


def suspense_page(office: Office, merchant_id: str | None, after: str | None, most: int) -> Page:
    """Return a page of payments in suspense.

    Raises:
        NotFoundError: there is no such merchant.
    """
    seen = view_suspense(office.store, office.actor, merchant_id, after, most)
    zone = timezone(office.configuration.settings)
    return Page(
        name="payments",
        nothing=Phrase("nothing is in suspense"),
        columns=_COLUMNS,
        rows=[_row(payment, seen.states, zone) for payment in seen.payments],
        following=seen.following,
        right=frozenset({"amount"}),
    )


def _row(
    payment: PostedPayment, states: Mapping[tuple[str, str], BillState | None], zone: dt.tzinfo
) -> dict[str, str | int | None]:
    return {
        "serial_number": payment.name,
        "merchant": payment.merchant_id,
        "bill_no": payment.bill_no,
        "bill_state": _bill_state(states[payment.merchant_id, payment.bill_no]),
        "amount": format_major(payment.amount_minor, payment.currency),
        "currency": CURRENCIES[payment.currency].code,
        "tender": payment.tender.value,
        "institution": payment.institution,
        "terminal": payment.terminal,
        "posted_at": payment.posted_at.astimezone(zone).isoformat(" ", "seconds"),
    }


def _bill_state(state: BillState | None) -> str:
    return "unknown" if state is None else state.value
