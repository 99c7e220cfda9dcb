"""`bills settle-outside`: paid at the merchant's office, one bill, a list of them, or undoing one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.actions.paid_at_office import Asked, run_settle_outside
from offline_collect.app.cli.support.options import ConfigFile, Sheet, takes_name
from offline_collect.app.wiring.backoffice_session import open_office

Merchant = Annotated[
    str | None,
    typer.Argument(metavar="MERCHANT", help="Merchant id, such as SCHOOL01.", show_default=False),
]
Bill = Annotated[str | None, typer.Argument(metavar="BILL_NO", help="Bill number.", show_default=False)]
Reference = Annotated[
    str | None,
    typer.Option("--reference", metavar="TEXT", help="Number of the merchant's receipt.", show_default=False),
]
PaidOn = Annotated[
    dt.datetime | None,
    typer.Option(
        "--date",
        formats=["%Y-%m-%d"],
        metavar="YYYY-MM-DD",
        help="When the merchant was paid, for the record.",
        show_default=False,
    ),
]
Amount = Annotated[
    str | None,
    typer.Option("--amount", metavar="AMOUNT", help="Default: all that the bill owes.", show_default=False),
]
WaiveLateFee = Annotated[
    bool,
    typer.Option("--waive-late-fee", help="The merchant lets the late fee go: the principal is enough."),
]
ListFile = Annotated[
    Path | None,
    typer.Option(
        "--file",
        metavar="FILE",
        help="A list instead, CSV, .xlsx or .xls: whole or not at all.",
        show_default=False,
    ),
]
Undo = Annotated[
    str | None,
    typer.Option("--undo", metavar="SERIAL", help="Take such a payment back instead.", show_default=False),
]
Reason = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help="Why it is undone.", show_default=False)
]


@takes_name
def settle_outside(
    merchant: Merchant = None,
    bill_no: Bill = None,
    reference: Reference = None,
    date: PaidOn = None,
    amount: Amount = None,
    waive_late_fee: WaiveLateFee = False,
    file: ListFile = None,
    sheet: Sheet = None,
    undo: Undo = None,
    reason: Reason = None,
    config: ConfigFile = None,
) -> None:
    """Post that bills were paid at the merchant's own office.

    Either MERCHANT BILL_NO --reference TEXT, or MERCHANT --file FILE, or --undo SERIAL --reason TEXT. It is
    posted on the open business day, and no terminal can reverse it.
    """
    asked = Asked(
        merchant,
        bill_no,
        reference,
        None if date is None else date.date(),
        amount,
        waive_late_fee,
        file,
        sheet,
        undo,
        reason,
    )
    with open_office(config) as office:
        typer.echo(run_settle_outside(office, asked))
