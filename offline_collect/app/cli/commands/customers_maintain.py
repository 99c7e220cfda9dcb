"""`customers add | set`: a typed customer as an entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, MerchantId, takes_name
from offline_collect.app.cli.support.options_entry import Cleared, CustomerNo, Inputs, given, pairs
from offline_collect.app.cli.support.options_mandate import takes_terms
from offline_collect.app.cli.support.said import in_words
from offline_collect.app.cli.support.speaking import speaks
from offline_collect.app.cli.support.tables import say
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.target import LayoutSource
from offline_collect.merchant.entry.customers import add_customer, set_customer
from offline_collect.merchant.entry.entry import Entry

Mobile = Annotated[str | None, typer.Option("--mobile", metavar="TEXT", show_default=False)]
Email = Annotated[str | None, typer.Option("--email", metavar="TEXT", show_default=False)]
AppUser = Annotated[str | None, typer.Option("--app-user", metavar="TEXT", show_default=False)]
Consent = Annotated[
    bool | None,
    typer.Option("--consent/--no-consent", help="Whether notices may be sent.", show_default=False),
]
DebitAccount = Annotated[
    str | None,
    typer.Option(
        "--debit-account", metavar="ACCOUNT", help="`-` asks for it without showing it.", show_default=False
    ),
]
AccountName = Annotated[str | None, typer.Option("--account-name", metavar="TEXT", show_default=False)]


@takes_name
@speaks
@takes_terms
def add(
    merchant: MerchantId,
    customer_no: CustomerNo,
    name: Annotated[str, typer.Option("--name", metavar="TEXT", show_default=False)],
    inputs: Inputs = None,
    mobile: Mobile = None,
    email: Email = None,
    app_user: AppUser = None,
    consent: Consent = None,
    debit_account: DebitAccount = None,
    account_name: AccountName = None,
    config: ConfigFile = None,
    *,
    terms: dict[str, str],
) -> None:
    """Add a customer, with the same checks as a row of a file."""
    texts = given(
        customer_no=customer_no,
        name=name,
        mobile=mobile,
        email=email,
        app_user=app_user,
        debit_account=_account(debit_account),
        account_name=account_name,
        **terms,
    )
    typed = pairs(inputs, "--input")
    with open_office(config) as office:
        entry, layout = typed_customer(office, merchant, customer_no, texts, typed, consent)
        added = add_customer(office.store, entry, layout, office.clock.now())
        say(
            Phrase(
                "customer {customer_no} of {merchant_id}: added",
                customer_no=added.customer_no,
                merchant_id=merchant,
            )
        )


@takes_name
@speaks
@takes_terms
def change(
    merchant: MerchantId,
    customer_no: CustomerNo,
    name: Annotated[str | None, typer.Option("--name", metavar="TEXT", show_default=False)] = None,
    inputs: Inputs = None,
    mobile: Mobile = None,
    email: Email = None,
    app_user: AppUser = None,
    consent: Consent = None,
    debit_account: DebitAccount = None,
    account_name: AccountName = None,
    clear: Cleared = None,
    config: ConfigFile = None,
    *,
    terms: dict[str, str],
) -> None:
    """Change a customer; omitted values stay."""
    texts = given(
        name=name,
        mobile=mobile,
        email=email,
        app_user=app_user,
        debit_account=_account(debit_account),
        account_name=account_name,
        **terms,
    )
    typed = pairs(inputs, "--input")
    with open_office(config) as office:
        entry, layout = typed_customer(office, merchant, customer_no, texts, typed, consent, clear)
        changed = set_customer(office.store, entry, layout, office.clock.now())
        say(
            Phrase(
                "customer {customer_no} of {merchant_id}: {done}",
                customer_no=customer_no,
                merchant_id=merchant,
                done=Phrase("changed") if changed else Phrase("as before"),
            )
        )


def _account(text: str | None) -> str | None:
    """Return an account; a prompted one appears neither on the screen nor in a list of processes."""
    return typer.prompt(in_words(Phrase("Debit account")), hide_input=True) if text == "-" else text


def typed_customer(
    office: Office,
    merchant_id: str,
    customer_no: str,
    texts: dict[str, str],
    inputs: Mapping[str, str],
    consent: bool | None,
    cleared: Sequence[str] | None = None,
) -> tuple[Entry, LayoutSource]:
    """Return the typed values, and the layout that checks them.

    Raises:
        UsageError: a value is both given and cleared.
    """
    if consent is not None:
        texts = texts | {"consent": "Y" if consent else "N"}
    both = [name for name in cleared or () if name in texts or name in inputs]
    if both:
        raise UsageError(Phrase("--clear {name}: is given a value at the same time", name=both[0]))
    entry = Entry(merchant_id, customer_no, office.actor, texts, inputs, cleared=tuple(cleared or ()))
    return entry, office.configuration.schemas().read("files/customers")
