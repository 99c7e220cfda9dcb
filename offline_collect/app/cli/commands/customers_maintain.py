"""`customers add | set | show | find`."""

from __future__ import annotations

from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, MerchantId
from offline_collect.app.cli.support.options_entry import (
    Cleared,
    CustomerNo,
    Inputs,
    MobilePart,
    NamePart,
    NumberPart,
    given,
    pairs,
)
from offline_collect.app.cli.support.options_paging import After, AsJson, Most

Mobile = Annotated[str | None, typer.Option("--mobile", metavar="TEXT", show_default=False)]
Email = Annotated[str | None, typer.Option("--email", metavar="TEXT", show_default=False)]
AppUser = Annotated[str | None, typer.Option("--app-user", metavar="TEXT", show_default=False)]
Consent = Annotated[
    bool | None,
    typer.Option("--consent/--no-consent", help="Whether notices may be sent.", show_default=False),
]
DebitAccount = Annotated[
    str | None,
    typer.Option("--debit-account", metavar="ACCOUNT", help="`-` asks for it, unseen.", show_default=False),
]
AccountName = Annotated[str | None, typer.Option("--account-name", metavar="TEXT", show_default=False)]
MandateRef = Annotated[
    str | None,
    typer.Option("--mandate-ref", metavar="TEXT", help="Of the direct debit.", show_default=False),
]
MandateLimit = Annotated[
    str | None,
    typer.Option("--mandate-limit", metavar="AMOUNT", help="The most of one debit.", show_default=False),
]


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
    mandate_ref: MandateRef = None,
    mandate_limit: MandateLimit = None,
    config: ConfigFile = None,
) -> None:
    """Add a customer, checked as a row of a file is."""
    from offline_collect.app.cli.actions.customer_entry_and_list import typed_customer  # noqa: PLC0415
    from offline_collect.app.wiring.backoffice_session import open_office  # noqa: PLC0415
    from offline_collect.domain.access.roles import Permission  # noqa: PLC0415
    from offline_collect.merchant.entry.customers import add_customer  # noqa: PLC0415

    texts = given(
        customer_no=customer_no,
        name=name,
        mobile=mobile,
        email=email,
        app_user=app_user,
        debit_account=_account(debit_account),
        account_name=account_name,
        mandate_ref=mandate_ref,
        mandate_limit=mandate_limit,
    )
    typed = pairs(inputs, "--input")
    with open_office(config) as office:
        office.require(Permission.MAINTAIN_CUSTOMERS)
        entry, layout = typed_customer(office, merchant, customer_no, texts, typed, consent)
        added = add_customer(office.store, entry, layout, office.clock.now())
    typer.echo(f"customer {added.customer_no} of {merchant}: added")


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
    mandate_ref: MandateRef = None,
    mandate_limit: MandateLimit = None,
    mandate: Annotated[
        str | None,
        typer.Option("--mandate", metavar="STATUS", help="ACTIVE, SUSPENDED or NONE.", show_default=False),
    ] = None,
    clear: Cleared = None,
    config: ConfigFile = None,
) -> None:
    """Change a customer; what is not named stays."""
    from offline_collect.app.cli.actions.customer_entry_and_list import mandate_status, typed_customer  # noqa: PLC0415
    from offline_collect.app.wiring.backoffice_session import open_office  # noqa: PLC0415
    from offline_collect.domain.access.roles import Permission  # noqa: PLC0415
    from offline_collect.merchant.entry.customers import set_customer  # noqa: PLC0415

    texts = given(
        name=name,
        mobile=mobile,
        email=email,
        app_user=app_user,
        debit_account=_account(debit_account),
        account_name=account_name,
        mandate_ref=mandate_ref,
        mandate_limit=mandate_limit,
    )
    typed = pairs(inputs, "--input")
    status = mandate_status(mandate)
    with open_office(config) as office:
        office.require(Permission.MAINTAIN_CUSTOMERS)
        entry, layout = typed_customer(office, merchant, customer_no, texts, typed, consent, clear)
        changed = set_customer(office.store, entry, layout, status, office.clock.now())
    typer.echo(f"customer {customer_no} of {merchant}: {'changed' if changed else 'as before'}")


def show(merchant: MerchantId, customer_no: CustomerNo, config: ConfigFile = None) -> None:
    """Print a customer as YAML; the account's last four digits only."""
    from offline_collect.app.cli.actions.customer_entry_and_list import customer_document  # noqa: PLC0415
    from offline_collect.app.cli.support.tables import show_document  # noqa: PLC0415
    from offline_collect.app.wiring.backoffice_session import open_office  # noqa: PLC0415

    with open_office(config) as office:
        show_document(customer_document(office, merchant, customer_no))


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
    from offline_collect.app.cli.actions.customer_entry_and_list import customer_page  # noqa: PLC0415
    from offline_collect.app.cli.actions.search_criteria import customer_criteria  # noqa: PLC0415
    from offline_collect.app.cli.support.paging import show_page  # noqa: PLC0415
    from offline_collect.app.wiring.backoffice_session import open_office  # noqa: PLC0415

    typed = pairs(inputs, "--input")
    with open_office(config) as office:
        criteria = customer_criteria(office, merchant, number, name, mobile, typed)
        page = customer_page(office, merchant, criteria, after, most)
    show_page(page, as_json=as_json)


def _account(text: str | None) -> str | None:
    """Return an account; one that is asked for shows up neither on the screen nor in a list of processes."""
    return typer.prompt("Debit account", hide_input=True) if text == "-" else text
