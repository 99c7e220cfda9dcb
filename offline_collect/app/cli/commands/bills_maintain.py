"""`bills add | set | withdraw | show | find`."""

from __future__ import annotations

from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, MerchantId
from offline_collect.app.cli.support.options_entry import (
    BillNo,
    Cleared,
    Inputs,
    MobilePart,
    NamePart,
    NumberPart,
    given,
    pairs,
)
from offline_collect.app.cli.support.options_paging import After, AsJson, Most

Amount = Annotated[str | None, typer.Option("--amount", metavar="AMOUNT", show_default=False)]
DueDate = Annotated[str | None, typer.Option("--due-date", metavar="DATE", show_default=False)]
Customer = Annotated[
    str | None,
    typer.Option(
        "--customer", metavar="CUSTOMER_NO", help="Whose it is; or say so by --input.", show_default=False
    ),
]
Description = Annotated[str | None, typer.Option("--description", metavar="TEXT", show_default=False)]
Period = Annotated[str | None, typer.Option("--period", metavar="TEXT", show_default=False)]
OpenFrom = Annotated[
    str | None,
    typer.Option("--open-from", metavar="DATE", help="First day to pay it.", show_default=False),
]
ExpiresOn = Annotated[
    str | None,
    typer.Option("--expires-on", metavar="DATE", help="Last day to pay it.", show_default=False),
]
Extras = Annotated[
    list[str] | None,
    typer.Option(
        "--extra",
        metavar="NAME=VALUE",
        help="A further column: 用水量=12. Again for each.",
        show_default=False,
    ),
]


def add(
    merchant: MerchantId,
    bill_no: BillNo,
    amount: Annotated[str, typer.Option("--amount", metavar="AMOUNT", show_default=False)],
    due_date: Annotated[str, typer.Option("--due-date", metavar="DATE", show_default=False)],
    customer: Customer = None,
    inputs: Inputs = None,
    description: Description = None,
    period: Period = None,
    open_from: OpenFrom = None,
    expires_on: ExpiresOn = None,
    extras: Extras = None,
    config: ConfigFile = None,
) -> None:
    """Add a bill, checked as a row of a file is."""
    from offline_collect.app.cli.actions.bill_entry_and_list import typed_bill  # noqa: PLC0415
    from offline_collect.app.wiring.backoffice_session import open_office  # noqa: PLC0415
    from offline_collect.domain.access.roles import Permission  # noqa: PLC0415
    from offline_collect.merchant.entry.bills import add_bill  # noqa: PLC0415

    texts = given(
        bill_no=bill_no,
        customer_no=customer,
        amount=amount,
        due_date=due_date,
        description=description,
        period=period,
        open_from=open_from,
        expires_on=expires_on,
    )
    typed, further = pairs(inputs, "--input"), pairs(extras, "--extra")
    with open_office(config) as office:
        office.require(Permission.MAINTAIN_BILLS)
        entry, layout = typed_bill(office, merchant, bill_no, texts, typed, further)
        added = add_bill(office.store, entry, layout, office.clock.now())
    typer.echo(f"bill {added.bill_no} of {merchant}: added")


def change(
    merchant: MerchantId,
    bill_no: BillNo,
    amount: Amount = None,
    due_date: DueDate = None,
    customer: Customer = None,
    inputs: Inputs = None,
    description: Description = None,
    period: Period = None,
    open_from: OpenFrom = None,
    expires_on: ExpiresOn = None,
    extras: Extras = None,
    clear: Cleared = None,
    config: ConfigFile = None,
) -> None:
    """Change a bill on which nothing was paid; what is not named stays."""
    from offline_collect.app.cli.actions.bill_entry_and_list import typed_bill  # noqa: PLC0415
    from offline_collect.app.wiring.backoffice_session import open_office  # noqa: PLC0415
    from offline_collect.domain.access.roles import Permission  # noqa: PLC0415
    from offline_collect.merchant.entry.bills import set_bill  # noqa: PLC0415

    texts = given(
        customer_no=customer,
        amount=amount,
        due_date=due_date,
        description=description,
        period=period,
        open_from=open_from,
        expires_on=expires_on,
    )
    typed, further = pairs(inputs, "--input"), pairs(extras, "--extra")
    with open_office(config) as office:
        office.require(Permission.MAINTAIN_BILLS)
        entry, layout = typed_bill(office, merchant, bill_no, texts, typed, further, clear)
        changed = set_bill(office.store, entry, layout, office.clock.now())
    typer.echo(f"bill {bill_no} of {merchant}: {'changed' if changed else 'as before'}")


def withdraw(
    merchant: MerchantId,
    bill_no: BillNo,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why, for the record.", show_default=False)
    ],
    undo: Annotated[bool, typer.Option("--undo", help="Take the withdrawal back instead.")] = False,
    config: ConfigFile = None,
) -> None:
    """Withdraw a bill: it cannot be paid any more. What was paid on it in part stays paid."""
    from offline_collect.app.wiring.backoffice_session import open_office  # noqa: PLC0415
    from offline_collect.domain.access.roles import Permission  # noqa: PLC0415
    from offline_collect.merchant.entry.bills import restore_bill, withdraw_bill  # noqa: PLC0415

    with open_office(config) as office:
        office.require(Permission.MAINTAIN_BILLS)
        act = restore_bill if undo else withdraw_bill
        changed = act(office.store, merchant, bill_no, reason, office.who, office.clock.now())
    done = "not withdrawn" if undo else "withdrawn"
    typer.echo(f"bill {bill_no} of {merchant} is {done}{'' if changed else ', as before'}")


def show(merchant: MerchantId, bill_no: BillNo, config: ConfigFile = None) -> None:
    """Print a bill as YAML: what it owes on the open business day, and the payments made for it."""
    from offline_collect.app.cli.actions.bill_detail import describe_bill  # noqa: PLC0415
    from offline_collect.app.cli.support.tables import show_document  # noqa: PLC0415
    from offline_collect.app.wiring.backoffice_session import open_office  # noqa: PLC0415
    from offline_collect.domain.access.roles import Permission  # noqa: PLC0415

    with open_office(config) as office:
        office.require(Permission.VIEW)
        show_document(describe_bill(office, merchant, bill_no))


def find(
    merchant: MerchantId,
    number: NumberPart = None,
    customer: Annotated[
        str | None,
        typer.Option(
            "--customer", metavar="PART", help="A part of the customer's number.", show_default=False
        ),
    ] = None,
    name: NamePart = None,
    inputs: Inputs = None,
    mobile: MobilePart = None,
    state: Annotated[
        str | None,
        typer.Option(
            "--state",
            metavar="STATE",
            help="OPEN, PARTIAL, PAID, IN_BATCH, WITHDRAWN or EXPIRED.",
            show_default=False,
        ),
    ] = None,
    period: Annotated[
        str | None, typer.Option("--period", metavar="TEXT", help="The whole of it.", show_default=False)
    ] = None,
    due: Annotated[
        str | None,
        typer.Option(
            "--due", metavar="FROM..TO", help="Due dates; either may be left out.", show_default=False
        ),
    ] = None,
    most: Most = 50,
    after: After = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List a merchant's bills by number: all, or those that all of the options fit."""
    from offline_collect.app.cli.actions.bill_entry_and_list import bill_page  # noqa: PLC0415
    from offline_collect.app.cli.actions.search_criteria import bill_state, customer_criteria, date_range  # noqa: PLC0415
    from offline_collect.app.cli.support.paging import show_page  # noqa: PLC0415
    from offline_collect.app.wiring.backoffice_session import open_office  # noqa: PLC0415
    from offline_collect.store import BillCriteria  # noqa: PLC0415

    typed, (due_from, due_to), asked = pairs(inputs, "--input"), date_range(due), bill_state(state)
    with open_office(config) as office:
        owner = customer_criteria(office, merchant, customer, name, mobile, typed)
        criteria = BillCriteria(number, owner, asked, period, due_from, due_to)
        page = bill_page(office, merchant, criteria, after, most)
    show_page(page, as_json=as_json)
