"""`bills add | set | withdraw`: a typed bill as an entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from offline_collect.app.cli.support.confirm import asking
from offline_collect.app.cli.support.options import ConfigFile, MerchantId, Yes, takes_name
from offline_collect.app.cli.support.options_entry import BillNo, Cleared, Inputs, given, pairs
from offline_collect.app.cli.support.speaking import speaks
from offline_collect.app.cli.support.tables import say
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.domain.bills import Bill
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.target import LayoutSource
from offline_collect.merchant.entry.bills import (
    add_bill,
    look_at_withdrawal,
    restore_bill,
    set_bill,
    withdraw_bill,
)
from offline_collect.merchant.entry.entry import Entry

Amount = Annotated[str | None, typer.Option("--amount", metavar="AMOUNT", show_default=False)]
DueDate = Annotated[str | None, typer.Option("--due-date", metavar="DATE", show_default=False)]
Customer = Annotated[
    str | None,
    typer.Option(
        "--customer",
        metavar="CUSTOMER_NO",
        help="Number of the customer; or name the customer by --input.",
        show_default=False,
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
        help="A further column: 用水量=12. May be given several times.",
        show_default=False,
    ),
]


@takes_name
@speaks
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
    """Add a bill, with the same checks as a row of a file."""
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
        entry, layout = typed_bill(office, merchant, bill_no, texts, typed, further)
        added = add_bill(office.store, entry, layout, office.clock.now())
        say(Phrase("bill {bill_no} of {merchant_id}: added", bill_no=added.bill_no, merchant_id=merchant))


@takes_name
@speaks
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
    """Change a bill without payments; omitted values stay."""
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
        entry, layout = typed_bill(office, merchant, bill_no, texts, typed, further, clear)
        changed = set_bill(office.store, entry, layout, office.clock.now())
        say(
            Phrase(
                "bill {bill_no} of {merchant_id}: {done}",
                bill_no=bill_no,
                merchant_id=merchant,
                done=Phrase("changed") if changed else Phrase("as before"),
            )
        )


@takes_name
@speaks
def withdraw(
    merchant: MerchantId,
    bill_no: BillNo,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why, for the record.", show_default=False)
    ],
    undo: Annotated[bool, typer.Option("--undo", help="Undo the withdrawal instead.")] = False,
    yes: Yes = False,
    config: ConfigFile = None,
) -> None:
    """Withdraw a bill: it can no longer be paid. Partial payments stay."""
    with open_office(config) as office:
        seen = None if undo else look_at_withdrawal(office.store, merchant, bill_no, office.actor)
        if seen is not None:
            asking(yes=yes)(_will_be_withdrawn(seen))
        act = restore_bill if undo else withdraw_bill
        changed = act(office.store, merchant, bill_no, reason, office.actor, office.clock.now())
        done = Phrase("not withdrawn") if undo else Phrase("withdrawn")
        say(
            Phrase(
                "bill {bill_no} of {merchant_id} is {done}",
                bill_no=bill_no,
                merchant_id=merchant,
                done=done if changed else Phrase("{done}, as before", done=done),
            )
        )


def _will_be_withdrawn(bill: Bill) -> Phrase:
    amount, owed, paid = (
        format_major(minor, bill.currency)
        for minor in (bill.amount_minor, bill.outstanding_minor, bill.paid_principal_minor)
    )
    still = (
        Phrase("{owed} of it can no longer be paid, and the {paid} that were paid stay", owed=owed, paid=paid)
        if bill.paid_principal_minor
        else Phrase("it can no longer be paid")
    )
    return Phrase(
        "bill {bill_no} of {merchant_id}, {amount} of customer {customer_no}, due {due_date}, will be withdrawn: {still}",
        bill_no=bill.bill_no,
        merchant_id=bill.merchant_id,
        amount=amount,
        customer_no=bill.customer_no,
        due_date=str(bill.due_date),
        still=still,
    )


def typed_bill(
    office: Office,
    merchant_id: str,
    bill_no: str,
    texts: Mapping[str, str],
    inputs: Mapping[str, str],
    extras: Mapping[str, str],
    cleared: Sequence[str] | None = None,
) -> tuple[Entry, LayoutSource]:
    """Return the typed values, and the layout that checks them.

    Raises:
        UsageError: a value is both given and cleared, or the customer is named in two ways.
    """
    if "customer_no" in texts and inputs:
        raise UsageError(Phrase("name the customer by --customer or by --input, not by both"))
    both = [name for name in cleared or () if name in texts or name in extras]
    if both:
        raise UsageError(Phrase("--clear {name}: is given a value at the same time", name=both[0]))
    entry = Entry(
        merchant_id=merchant_id,
        number=bill_no,
        actor=office.actor,
        given=texts,
        inputs=inputs,
        extras=extras,
        cleared=tuple(cleared or ()),
    )
    return entry, office.configuration.schemas().read("files/bills")
