"""Makes a debit batch and writes its file; says what became of both, and which bills stayed out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from offline_collect.app.cli.support.options_language import one_of
from offline_collect.app.cli.support.tables import say, show_table
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.app.wiring.debits import message_parties
from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.debits.batches import Batch, BatchFormat, MessageParties
from offline_collect.domain.debits.selection import LeftOut
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.counts import debits_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.settlement.debit.choice import LeftOutBills
from offline_collect.settlement.debit.export import DebitOrder, Exported, export_batch
from offline_collect.settlement.debit.out_file import OUT_LAYOUT
from offline_collect.settlement.debit.write_file import WrittenFile, write_batch

WHY = {
    LeftOut.NO_MANDATE: Phrase("the customer has no mandate"),
    LeftOut.MANDATE_NOT_ACTIVE: Phrase("the mandate is not ACTIVE on the day of collection"),
    LeftOut.MANDATE_NOT_BEGUN: Phrase("the mandate begins later"),
    LeftOut.OVER_LIMIT: Phrase("over the mandate's limit of one debit"),
    LeftOut.OVER_CYCLE_LIMIT: Phrase("over the mandate's limit of a cycle"),
    LeftOut.NO_ACCOUNT: Phrase("the customer has no account"),
    LeftOut.DOES_NOT_FIT: Phrase("a value does not fit the file"),
    LeftOut.NOT_OPEN_YET: Phrase("it is open for payment later"),
    LeftOut.EXPIRED: Phrase("it has expired"),
    LeftOut.OTHER_CURRENCY: Phrase("it is in another currency than the merchant's"),
    LeftOut.FAILED_BEFORE: Phrase("a bank refused its debit, and the code does not allow another yet"),
    LeftOut.NOT_AGAIN_YET: Phrase("its day to be debited again has not come"),
    LeftOut.OLDER_BILL_OPEN: Phrase("an older bill of the customer stays out"),
    LeftOut.BEING_PAID: Phrase("it is being paid at this moment"),
}
"""What each class of bills that stay out means."""

_NAMED_IN_TABLE = 4


def institution_of(office: Office, given: str | None) -> str:
    """Return the institution that debits: the given one, else the configured one.

    Raises:
        UsageError: there is neither.
    """
    found = given or office.configuration.settings.debits.institution
    if found is None:
        raise UsageError(
            Phrase(
                "name the institution that debits: --institution, or debits.institution in the configuration"
            )
        )
    return found


def outbox_of(office: Office, given: Path | None) -> Path:
    """Return the folder for a file that goes out: the given one, else the configured outbox.

    Raises:
        UsageError: there is neither.
    """
    files = office.configuration.settings.files
    if given is not None:
        return given
    if files is None:
        raise UsageError(Phrase("name the folder of the file: --out, or files.outbox in the configuration"))
    return Path(files.outbox)


def format_of(office: Office, given: str | None) -> BatchFormat:
    """Return how a batch goes out: as the command says, else as configured.

    Raises:
        UsageError: there is no such format.
    """
    configured = office.configuration.settings.debits.format
    return BatchFormat(configured if given is None else one_of(BatchFormat, given, "--format"))


def parties_of(office: Office) -> MessageParties:
    """Return whom a message of ISO 20022 names by the configuration; the merchant is named where this says nothing."""
    return message_parties(office.configuration.settings)


def make_batch(office: Office, order: DebitOrder, folder: Path, *, as_json: bool) -> dict[str, Any] | None:
    """Register a batch and write its file; return its document, or print what became of it.

    Raises:
        DebitError, UnwritableError: it cannot be made, or its file cannot be written; then it is registered.
    """
    layout = office.configuration.schemas().fixed_layouts()[OUT_LAYOUT]
    made = export_batch(office.store, order, layout, office.clock.now())
    written = None
    if made.batch is not None:
        if not as_json:
            say(_registered(made.batch))
        written = write_batch(
            office.store, made.batch.batch_no, folder, layout, office.actor, office.clock.now()
        )
    if as_json:
        return _document(made, written)
    say(Phrase("no bill can be debited: no batch was made") if written is None else written_text(written))
    _show_left_out(made.left_out)
    return None


def written_text(written: WrittenFile) -> Phrase:
    """Return where a file is."""
    digest = written.digest
    return Phrase(
        "{path}: {size} bytes, SHA-256 {sha256}",
        path=str(written.path),
        size=digest.size,
        sha256=digest.sha256,
    )


def _registered(batch: Batch) -> Phrase:
    total = format_major(batch.total_minor, batch.currency)
    return Phrase(
        "batch {batch_no} of {merchant_id}: {debits}, {total} {code}, to be collected on"
        " {collection_date}; the bills are IN_BATCH until its result is taken",
        batch_no=batch.batch_no,
        merchant_id=batch.merchant_id,
        debits=debits_counted(batch.record_count),
        total=total,
        code=CURRENCIES[batch.currency].code,
        collection_date=str(batch.collection_date),
    )


def _show_left_out(left_out: LeftOutBills) -> None:
    rows = [
        (why.value, left_out.counts[why], WHY[why], _named(left_out, why))
        for why in LeftOut
        if why in left_out.counts
    ]
    if rows:
        show_table(
            (
                Phrase.in_context("list", "Left out"),
                Phrase.in_context("list", "Bills"),
                Phrase.in_context("list", "Because"),
                Phrase.in_context("list", "Which"),
            ),
            rows,
            right=("Bills",),
        )


def _named(left_out: LeftOutBills, why: LeftOut) -> str:
    named = left_out.named.get(why, [])[:_NAMED_IN_TABLE]
    more = " …" if named and len(named) < left_out.counts[why] else ""
    return ", ".join(named) + more


def _document(made: Exported, written: WrittenFile | None) -> dict[str, Any]:
    batch = made.batch
    return {
        "batch": None if batch is None else batch.batch_no,
        "records": 0 if batch is None else batch.record_count,
        "total": None if batch is None else format_major(batch.total_minor, batch.currency),
        "format": None if batch is None else batch.format.value,
        "collection_date": None if batch is None else batch.collection_date.isoformat(),
        "file": None if written is None else str(written.path),
        "sha256": None if written is None else written.digest.sha256,
        "left_out": [
            {"why": why.value, "bills": count, "named": made.left_out.named.get(why, [])}
            for why, count in sorted(made.left_out.counts.items())
        ],
    }
