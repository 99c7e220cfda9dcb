"""`debit`: batches of debits, their results, and debits that come back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer

from offline_collect.app.cli.actions.bank_files import code_words, take_result, take_returned_debits
from offline_collect.app.cli.actions.debit_batch import (
    format_of,
    institution_of,
    make_batch,
    outbox_of,
    parties_of,
    written_text,
)
from offline_collect.app.cli.commands.debits_resolve import BatchNo, resolve, resolved_text
from offline_collect.app.cli.support.confirm import confirming
from offline_collect.app.cli.support.options import ConfigFile, MerchantId, Yes, date_option, group
from offline_collect.app.cli.support.options_paging import After, AsJson, Most, OfMerchant
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.tables import say, show_json, show_table
from offline_collect.app.cli.support.worded import show_worded
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.domain.debits.batches import BatchFormat, BatchState
from offline_collect.domain.debits.report_standings import Standing
from offline_collect.domain.debits.selection import Attempt
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.counts import bills_counted, debits_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.settlement.debit.cancel import cancel_batch
from offline_collect.settlement.debit.export import DebitOrder
from offline_collect.settlement.debit.out_file import OUT_LAYOUT
from offline_collect.settlement.debit.view import BatchView, ListedBatch, batch_of, view_batch, view_batches
from offline_collect.settlement.debit.write_file import write_batch

app = group()
app.command()(resolve)

Institution = Annotated[
    str | None,
    typer.Option(
        "--institution",
        metavar="ID",
        help="The institution that debits. Default: debits.institution of the configuration.",
        show_default=False,
    ),
]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar="DIR",
        help="The folder of the file. Default: files.outbox of the configuration.",
        show_default=False,
    ),
]
CreditorId = Annotated[
    str | None,
    typer.Option(
        "--creditor-id",
        metavar="TEXT",
        help="The merchant's number at the payers' banks. Default: debits.creditor_id of the configuration.",
        show_default=False,
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="fixed|iso20022",
        help="How the batch goes out. Default: debits.format of the configuration.",
        show_default=False,
    ),
]
CollectOn = Annotated[
    dt.date | None,
    date_option("--collect-on", "When the bank debits the accounts. Default: the open business day."),
]
DueBy = Annotated[
    dt.date | None, date_option("--due-by", "The last due date. Default: the open business day.")
]
BankFile = Annotated[Path, typer.Argument(metavar="FILE", help="The bank's file.", show_default=False)]


@app.command()
def export(
    merchant: MerchantId,
    out: Folder = None,
    due_by: DueBy = None,
    institution: Institution = None,
    collect_on: CollectOn = None,
    creditor_id: CreditorId = None,
    file_format: Format = None,
    again: Annotated[
        bool, typer.Option("--again", help="Also bills whose debit a bank has refused before.")
    ] = False,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Make a batch of the unpaid bills that are due, of customers with an ACTIVE mandate, and write its file.

    Each bill is locked until the result is taken or the batch is cancelled: a terminal's payment of it is refused.
    """
    with open_office(config) as office:
        order = DebitOrder(
            merchant_id=merchant,
            institution=institution_of(office, institution),
            attempt=Attempt.ANY if again else Attempt.FIRST,
            actor=office.actor,
            due_by=due_by,
            collect_on=collect_on,
            creditor_id=creditor_id or office.configuration.settings.debits.creditor_id,
            format=format_of(office, file_format),
            parties=parties_of(office),
        )
        _say_document(make_batch(office, order, outbox_of(office, out), as_json=as_json))


@app.command()
def retry(
    merchant: MerchantId,
    out: Folder = None,
    institution: Institution = None,
    collect_on: CollectOn = None,
    creditor_id: CreditorId = None,
    file_format: Format = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Make a batch of the bills that a bank has refused, and that may be debited again today; write its file."""
    with open_office(config) as office:
        order = DebitOrder(
            merchant_id=merchant,
            institution=institution_of(office, institution),
            attempt=Attempt.RETRY,
            actor=office.actor,
            collect_on=collect_on,
            creditor_id=creditor_id or office.configuration.settings.debits.creditor_id,
            format=format_of(office, file_format),
            parties=parties_of(office),
        )
        _say_document(make_batch(office, order, outbox_of(office, out), as_json=as_json))


def _say_document(document: dict[str, Any] | None) -> None:
    if document is not None:
        show_json(document)


@app.command()
def write(batch: BatchNo, out: Folder = None, config: ConfigFile = None) -> None:
    """Write the file of a batch that waits for its result again, byte for byte as it was."""
    with open_office(config) as office:
        folder = outbox_of(office, out)
        layout = office.configuration.schemas().fixed_layouts()[OUT_LAYOUT]
        say(written_text(write_batch(office.store, batch, folder, layout, office.actor, office.clock.now())))


@app.command("list")
def list_all(
    merchant: OfMerchant = None,
    state: Annotated[
        str | None,
        typer.Option(
            "--state", metavar="STATE", help="REGISTERED, WRITTEN, TAKEN or CANCELLED.", show_default=False
        ),
    ] = None,
    most: Most = 50,
    after: After = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List debit batches, the latest first."""
    with open_office(config) as office:
        found, following = view_batches(office.store, office.actor, merchant, _state(state), (after, most))
    columns = {
        "batch": Phrase.in_context("list", "Batch"),
        "merchant": Phrase.in_context("list", "Merchant"),
        "institution": Phrase.in_context("list", "Institution"),
        "collection_date": Phrase.in_context("list", "To be collected"),
        "records": Phrase.in_context("list", "Debits"),
        "total": Phrase.in_context("list", "Total"),
        "state": Phrase.in_context("list", "State"),
        "settled": Phrase.in_context("list", "Settled"),
        "came_back": Phrase.in_context("list", "Came back"),
    }
    rows = [_row(each) for each in found]
    numbers = frozenset({"records", "total", "settled", "came_back"})
    page = Page(
        "batches", Phrase("there are no debit batches"), columns, rows, following, right=numbers, codes=_CODES
    )
    show_page(page, as_json=as_json)


def _state(text: str | None) -> BatchState | None:
    if text is None:
        return None
    try:
        return BatchState(text.upper())
    except ValueError:
        raise UsageError(
            Phrase("--state {text}: must be one of {states}", text=text, states=", ".join(BatchState))
        ) from None


def _row(listed: ListedBatch) -> dict[str, object]:
    batch, settled, returned = listed.batch, listed.settled_minor, listed.returned_minor
    return {
        "batch": batch.batch_no,
        "merchant": batch.merchant_id,
        "institution": batch.institution,
        "collection_date": batch.collection_date.isoformat(),
        "records": batch.record_count,
        "total": format_major(batch.total_minor, batch.currency),
        "state": batch.state.value,
        "settled": None if settled is None else format_major(settled, batch.currency),
        "came_back": format_major(returned, batch.currency) if returned else None,
    }


@app.command()
def show(batch: BatchNo, as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Show a batch: who did what, and what became of its debits by return code."""
    with open_office(config) as office:
        view = view_batch(office.store, office.actor, batch)
        codes = office.configuration.schemas().return_codes()
        document = _batch_document(office, view)
    counts = [
        {
            "state": each.state.value,
            "reported": each.reported.value,
            "code": each.code,
            "says": None if each.code is None else code_words(codes.of(each.code)),
            "debits": each.count,
            "asked": format_major(each.asked_minor, view.stored.batch.currency),
            "settled": format_major(each.settled_minor, view.stored.batch.currency),
        }
        for each in view.counts
    ]
    if as_json:
        show_json({**document, "debits_by_code": counts})
        return
    show_worded(document, _CODES)
    titles = {
        "state": Phrase.in_context("list", "State"),
        "reported": Phrase.in_context("list", "Reported"),
        "code": Phrase.in_context("list", "Code"),
        "says": Phrase.in_context("list", "Says"),
        "debits": Phrase.in_context("list", "Debits"),
    }
    titles |= {"asked": Phrase.in_context("list", "Asked"), "settled": Phrase.in_context("list", "Settled")}
    if view.stored.batch.format is BatchFormat.FIXED:
        del titles["reported"]
    rows = [tuple(row[key] for key in titles) for row in counts]
    show_table(tuple(titles.values()), rows, right=("Debits", "Asked", "Settled"))


def _batch_document(office: Office, view: BatchView) -> dict[str, Any]:
    story, reported = view.stored.story, view.stored.reported.standing

    def moment(at: dt.datetime | None, who: str | None) -> Phrase | None:
        return None if at is None else Phrase("{at} by {who}", at=office.local_time(at), who=str(who))

    described = {
        **_row(view.listed),
        "business_date": view.stored.batch.business_date.isoformat(),
        "creditor_id": view.stored.batch.creditor_id,
        "format": view.stored.batch.format.value,
        "reported": None if reported is Standing.SILENT else reported.value,
        "registered": moment(story.registered_at, story.registered_by),
        "written": moment(story.written_at, story.written_by),
        "file_sha256": story.file_sha256,
        "ended": moment(story.ended_at, story.ended_by),
        "result_sha256": story.result_sha256,
        "locked": [f"{each.sequence}: {each.bill_no}" for each in view.locked] or None,
        "resolved": [resolved_text(office, each, view.stored.batch.currency) for each in view.resolved]
        or None,
    }
    return {key: found for key, found in described.items() if found is not None}


_CODES = {"state": "batch"}


@app.command()
def cancel(batch: BatchNo, yes: Yes = False, config: ConfigFile = None) -> None:
    """Cancel a batch that the bank has not debited: its bills are open again, and its result is not taken any more."""
    with open_office(config) as office:
        found = batch_of(office.store, office.actor, batch)
        debits = debits_counted(found.record_count)
        confirming(yes=yes)(
            Phrase(
                "batch {batch} of {merchant_id} ({debits}, {state}) would be cancelled; if the bank has its file, payers"
                " could be debited for bills that are open again",
                batch=batch,
                merchant_id=found.merchant_id,
                debits=debits,
                state=found.state.value,
            )
        )
        cancelled = cancel_batch(office.store, batch, office.actor, office.clock.now())
    say(
        Phrase(
            "batch {batch} is cancelled; {bills} can be paid again",
            batch=batch,
            bills=bills_counted(cancelled.record_count),
        )
    )


@app.command()
def ingest(file: BankFile, config: ConfigFile = None) -> None:
    """Take a bank's result of a batch: the whole file, or nothing and every difference."""
    with open_office(config) as office:
        say(take_result(office, file))


@app.command("return")
def take_returns(file: BankFile, config: ConfigFile = None) -> None:
    """Take a bank's file of debits that came back after they were settled, also on days that are settled already."""
    with open_office(config) as office:
        say(take_returned_debits(office, file))
