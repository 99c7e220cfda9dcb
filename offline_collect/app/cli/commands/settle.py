"""`settle`: runs of payouts to merchants, their files and results, and payouts that failed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer

from offline_collect.app.cli.actions.bank_files import code_words, take_run_result
from offline_collect.app.cli.actions.debit_batch import outbox_of
from offline_collect.app.cli.actions.payout_runs import (
    run_row,
    show_unpaid,
    unpaid_rows,
    written_run_text,
)
from offline_collect.app.cli.support.options import ConfigFile, date_option, group
from offline_collect.app.cli.support.options_paging import After, AsJson, Most
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.posting_words import asked_text
from offline_collect.app.cli.support.tables import say, show_json, show_table
from offline_collect.app.cli.support.worded import show_worded
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.money import format_major
from offline_collect.domain.settlement.payouts import Payout
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.requests import Asked
from offline_collect.merchant.postings.failed_payouts import Retried, RetryOrder, other_account, retry_failed
from offline_collect.settlement.payouts.out_file import OUT_LAYOUT
from offline_collect.settlement.payouts.view import RunView, view_run, view_runs
from offline_collect.settlement.payouts.write_file import write_run

app = group()

RunNo = Annotated[str, typer.Argument(metavar="RUN", help="Number of the run.", show_default=False)]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar="DIR",
        help="Where the file goes. Default: files.outbox of the configuration.",
        show_default=False,
    ),
]
Date = Annotated[dt.date | None, date_option("--date", "Only the runs of a business day. Default: all.")]

_RUN_COLUMNS = {
    "run": Phrase.in_context("list", "Run"),
    "bank": Phrase.in_context("list", "Bank"),
    "business_date": Phrase.in_context("list", "Business day"),
    "payouts": Phrase.in_context("list", "Payouts"),
    "total": Phrase.in_context("list", "Total"),
    "state": Phrase.in_context("list", "State"),
    "booked": Phrase.in_context("list", "Booked"),
}
_CODES = {"state": "run"}
_RIGHT = frozenset({"payouts", "total", "booked"})


@app.command()
def write(run: RunNo, out: Folder = None, config: ConfigFile = None) -> None:
    """Write the file of a run that waits for its result; written again, it is the same byte for byte."""
    with open_office(config) as office:
        folder = outbox_of(office, out)
        layout = office.configuration.schemas().fixed_layouts()[OUT_LAYOUT]
        acting = (office.actor, office.clock.now())
        say(written_run_text(write_run(office.store, run, folder, layout, acting)))


@app.command("list")
def list_all(
    date: Date = None,
    most: Most = 50,
    after: After = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List runs of payouts, the latest first, and the merchants that are left out of them, with the reason."""
    day = None if date is None else BusinessDate.of(date)
    with open_office(config) as office:
        found, following = view_runs(office.store, office.actor, day, (after, most))
        unpaid = unpaid_rows(office)
    rows = [run_row(each.run, each.story.booked_minor) for each in found]
    beside = {"left_out": unpaid}
    nothing = Phrase("there are no runs of payouts")
    show_page(
        Page("runs", nothing, _RUN_COLUMNS, rows, following, right=_RIGHT, beside=beside, codes=_CODES),
        as_json=as_json,
    )
    if not as_json:
        show_unpaid(unpaid)


@app.command()
def show(run: RunNo, as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Show a run: who did what, what became of its payouts, those first that are not booked, and whom it left out."""
    with open_office(config) as office:
        view = view_run(office.store, office.actor, run)
        codes = office.configuration.schemas().payout_codes()
        document = _document(office, view)
        unpaid = unpaid_rows(office, view.stored.run)
    currency = view.stored.run.currency
    counts = [
        {
            "state": each.state.value,
            "code": each.code,
            "says": None if each.code is None else code_words(codes.get(each.code)),
            "payouts": each.count,
            "sum": format_major(each.minor, currency),
        }
        for each in view.counts
    ]
    payouts = [_payout_row(each, currency) for each in view.payouts]
    if as_json:
        whole = {**document, "payouts_by_code": counts, "first_payouts": payouts, "left_out": unpaid}
        show_json(whole)
        return
    show_worded(document, _CODES)
    show_table(
        (
            Phrase.in_context("list", "State"),
            Phrase.in_context("list", "Code"),
            Phrase.in_context("list", "Says"),
            Phrase.in_context("list", "Payouts"),
            Phrase.in_context("list", "Sum"),
        ),
        [tuple(row.values()) for row in counts],
        right=("Payouts", "Sum"),
    )
    titles = (
        Phrase.in_context("list", "Payout"),
        Phrase.in_context("list", "Merchant"),
        Phrase.in_context("list", "Kind"),
        Phrase.in_context("list", "Amount"),
        Phrase.in_context("list", "State"),
        Phrase.in_context("list", "Code"),
        Phrase.in_context("list", "Pays again"),
    )
    show_table(titles, [tuple(row.values()) for row in payouts], right=("Amount",))
    show_unpaid(unpaid)


def _payout_row(payout: Payout, currency: str) -> dict[str, object]:
    again = payout.again
    return {
        "payout": payout.reference,
        "merchant": payout.merchant_id,
        "kind": payout.kind.value,
        "amount": format_major(payout.amount_minor, currency),
        "state": payout.state.value,
        "code": payout.return_code,
        "pays_again": None if again is None else f"{again[0]}-{again[1]}",
    }


def _document(office: Office, view: RunView) -> dict[str, Any]:
    story = view.stored.story

    def moment(at: dt.datetime | None, who: str | None) -> Phrase | None:
        return None if at is None else Phrase("{at} by {who}", at=office.local_time(at), who=str(who))

    described = {
        **run_row(view.stored.run, story.booked_minor),
        "bank_number": view.stored.run.bank_number,
        "made": moment(story.made_at, story.made_by),
        "written": moment(story.written_at, story.written_by),
        "file_sha256": story.file_sha256,
        "taken": moment(story.taken_at, story.taken_by),
        "result_sha256": story.result_sha256,
    }
    return {key: found for key, found in described.items() if found is not None}


@app.command()
def ingest(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The bank's result.", show_default=False)],
    config: ConfigFile = None,
) -> None:
    """Take a bank's result of a run: the whole file, or nothing and every difference."""
    with open_office(config) as office:
        say(take_run_result(office, file))


@app.command("retry")
def pay_again(
    payout: Annotated[
        str, typer.Argument(metavar="PAYOUT", help="As `settle show` names it.", show_default=False)
    ],
    reason: Annotated[
        str,
        typer.Option(
            "--reason", metavar="TEXT", help="Why it is paid again, for the record.", show_default=False
        ),
    ],
    account: Annotated[
        str | None,
        typer.Option(
            "--account",
            metavar="ACCOUNT",
            help="Another account. Default: the merchant's, as it is then.",
            show_default=False,
        ),
    ] = None,
    bank: Annotated[
        str | None,
        typer.Option(
            "--account-bank",
            metavar="NUMBER",
            help="The bank that keeps it. Default: the bank that pays.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--account-name", metavar="NAME", help="Its holder. Default: as before.", show_default=False
        ),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Put a payout that failed into the next run, to the merchant's account or another one; another user approves it."""
    with open_office(config) as office:
        order = RetryOrder(payout, other_account(account, bank, name), reason)
        done = retry_failed(office.store, order, office.actor, office.clock.now(), office.control)
    say(asked_text(done) if isinstance(done, Asked) else _retried(done))


def _retried(done: Retried) -> Phrase:
    amount = format_major(done.payout.amount_minor, done.currency)
    where = (
        Phrase("the merchant's account as it is then")
        if done.to is None
        else Phrase("the account that was named")
    )
    return Phrase(
        "payout {reference} waits for the next run: {amount}, to {where}",
        reference=done.payout.reference,
        amount=amount,
        where=where,
    )
