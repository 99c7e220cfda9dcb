"""The steps of `day run` that concern files, and what is said of an evening."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from offline_collect.app.cli.actions.bank_files import judged_text, takers_of
from offline_collect.app.cli.actions.debit_batch import (
    format_of,
    institution_of,
    outbox_of,
    parties_of,
    written_text,
)
from offline_collect.app.cli.actions.payout_runs import written_run_text
from offline_collect.app.cli.support.said import in_words
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.app.wiring.inbox import open_inbox
from offline_collect.domain.access.roles import roles_with
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.business_days.evening import DECIDED_BY, Ended, Question, Step
from offline_collect.domain.debits.selection import Attempt
from offline_collect.domain.texts.counts import files_counted, items_counted, merchants_counted
from offline_collect.domain.texts.phrases import Phrase, either
from offline_collect.merchant.reports.export import FileFormat
from offline_collect.merchant.reports.settled_day import NotWritten, StatementsOrder, write_statements
from offline_collect.settlement.debit.export import DebitOrder
from offline_collect.settlement.debit.export_due import EveningDebits, NotExported, export_due
from offline_collect.settlement.debit.out_file import OUT_LAYOUT
from offline_collect.settlement.evening import Happened, Work
from offline_collect.settlement.payouts.out_file import OUT_LAYOUT as RUN_LAYOUT
from offline_collect.settlement.payouts.write_file import write_unwritten
from offline_collect.settlement.reconciliation.voucher_file import VoucherOrder, write_vouchers


def work_of(office: Office, config: Path | None, debits: bool | None) -> Mapping[Step, Work]:
    """Return the steps that concern files: none without folders for them.

    Args:
        debits: whether batches are made; None for what is configured.

    Raises:
        UsageError: there are to be debits, but no folder for them, or nobody says which institution debits.
    """
    settings = office.configuration.settings
    wanted = settings.debits.every_evening if debits is None else debits
    if settings.files is None and not wanted:
        return {}
    outbox = outbox_of(office, None)
    work: dict[Step, Work] = {
        Step.INGEST: lambda _: _taken(office, config),
        Step.PAYOUTS: lambda date: _paid_out(office, date, outbox),
        Step.STATEMENTS: lambda date: _statements(office, date, outbox),
        Step.VOUCHER: lambda date: _vouchers(office, date, outbox),
    }
    if wanted:
        institution = institution_of(office, None)
        work[Step.DEBITS] = lambda date: _debited(office, date, outbox, institution)
    return work


def _taken(office: Office, config: Path | None) -> Iterator[str]:
    inbox = open_inbox(office.configuration, takers_of(config))
    for found in inbox.take(office.clock.now()):
        yield judged_text(found)
    if inbox.waiting:
        yield Phrase(
            "{files} of the inbox not whole yet: {names}",
            files=files_counted(len(inbox.waiting)),
            names=", ".join(inbox.waiting),
        )


def _paid_out(office: Office, date: BusinessDate, outbox: Path) -> Iterator[str]:
    layout = office.configuration.schemas().fixed_layouts()[RUN_LAYOUT]
    acting = (office.actor, office.clock.now())
    for written in write_unwritten(office.store, date, outbox, layout, acting):
        yield Phrase("run {run_no}: {file}", run_no=written.run.run_no, file=written_run_text(written))


def _statements(office: Office, date: BusinessDate, outbox: Path) -> Iterable[str]:
    order = StatementsOrder(
        date=date,
        folder=outbox,
        file_format=FileFormat.XLSX,
        zone=timezone(office.configuration.settings),
        actor=office.actor,
        now=office.clock.now(),
    )
    written, failed = 0, []
    for done in write_statements(office.store, order):
        if isinstance(done, NotWritten):
            failed.append(Phrase("no statement: {why}", why=done.why))
        else:
            written += 1
    merchants = merchants_counted(written)
    return [
        Phrase("{folder}: the statements of {merchants}", folder=str(outbox), merchants=merchants),
        *failed,
    ]


def _vouchers(office: Office, date: BusinessDate, outbox: Path) -> Iterable[str]:
    zone = timezone(office.configuration.settings)
    order = VoucherOrder(date, outbox, zone, actor=office.actor, now=office.clock.now())
    return [str(path) for path in write_vouchers(office.store, order)]


def _debited(office: Office, date: BusinessDate, outbox: Path, institution: str) -> Iterator[str]:
    def order_of(merchant_id: str) -> DebitOrder:
        return DebitOrder(
            merchant_id=merchant_id,
            institution=institution,
            attempt=Attempt.FIRST,
            actor=office.actor,
            creditor_id=office.configuration.settings.debits.creditor_id,
            format=format_of(office, None),
            parties=parties_of(office),
        )

    layout = office.configuration.schemas().fixed_layouts()[OUT_LAYOUT]
    debits = EveningDebits(date, order_of, outbox, layout, office.actor)
    for done in export_due(office.store, debits, office.clock.now()):
        if isinstance(done, NotExported):
            yield Phrase(
                "{merchant_id}: no batch was made: {why}", merchant_id=done.merchant_id, why=done.why
            )
        else:
            yield Phrase(
                "batch {batch_no} of {merchant_id}: {file}",
                batch_no=done.batch.batch_no,
                merchant_id=done.batch.merchant_id,
                file=written_text(done),
            )


_WORDS = {
    Step.CUTOVER: Phrase.in_context("step of an evening", "cutover"),
    Step.DEBITS: Phrase.in_context("step of an evening", "debits"),
    Step.INGEST: Phrase.in_context("step of an evening", "incoming files"),
    Step.RECONCILE: Phrase.in_context("step of an evening", "reconciliation"),
    Step.SETTLE: Phrase.in_context("step of an evening", "settlement"),
    Step.PAYOUTS: Phrase.in_context("step of an evening", "payouts"),
    Step.STATEMENTS: Phrase.in_context("step of an evening", "statements"),
    Step.VOUCHER: Phrase.in_context("step of an evening", "voucher"),
}


def told(office: Office, happened: Happened) -> Iterator[Phrase]:
    """Yield what is said of a step, or of why an evening ends."""
    date = str(happened.date)
    match happened.what:
        case Step() as step:
            done = [in_words(line) for line in happened.lines]
            lines = [part for line in done for part in line.splitlines()]
            first = lines[0] if lines else Phrase("nothing")
            yield Phrase("{date} {step}: {done}", date=date, step=_WORDS[step], done=first)
            yield from (Phrase("  {line}", line=line) for line in lines[1:])
        case Question() as question:
            roles = either([role.value for role in roles_with(DECIDED_BY[question])])
            yield Phrase("{date}: {said}", date=date, said=_asked(question, happened))
            yield Phrase("  who: {roles}", roles=roles)
            yield Phrase("  where: {where}", where=_where(question, happened.date))
        case _:
            yield Phrase("{date}: {said}", date=date, said=_ended(office, happened))


def _asked(question: Question, happened: Happened) -> Phrase:
    items = items_counted(happened.standing.items)
    missing = ", ".join(happened.standing.missing)
    return {
        Question.CLOCK_IN_DOUBT: Phrase(
            "its cutover time is past, but clock and open day do not fit: decide which day it is"
        ),
        Question.FILES_MISSING: Phrase(
            "no file of institution {institutions}: ask for it", institutions=missing
        ),
        Question.ITEMS_OPEN: Phrase("{items} open: say what becomes of each", items=items),
        Question.ITEMS_PROPOSED: Phrase("{items} open, and each waits for the second person", items=items),
        Question.EARLIER_DAY: Phrase("a day before it is not settled: end that first"),
    }[question]


def _where(question: Question, date: BusinessDate) -> str:
    return {
        Question.CLOCK_IN_DOUBT: f"offline-collect day cutover --date {date}",
        Question.FILES_MISSING: Phrase("offline-collect recon ingest FILE, or the inbox"),
        Question.ITEMS_OPEN: f"offline-collect recon show {date} --open",
        Question.ITEMS_PROPOSED: "offline-collect approvals list",
        Question.EARLIER_DAY: "offline-collect day show",
    }[question]


def _ended(office: Office, happened: Happened) -> Phrase:
    if happened.what is Ended.FILES_LACK:
        return Phrase("done, but for files that could not be written: run it again when that is mended")
    if happened.what is Ended.DONE:
        if office.configuration.settings.files is None:
            return Phrase("done; nothing was written, as files: names no folders")
        return Phrase("done")
    assert happened.standing.state is DayState.OPEN, "only an open day is not due"
    at = office.configuration.settings.business.cutover
    if at is None:
        return Phrase("is open; it is closed by command: offline-collect day cutover")
    time = f"{at:%H:%M}"
    return Phrase("is open; its cutover is not due before {time}", time=time)
