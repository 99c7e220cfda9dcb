"""The steps of `day run` that concern files, and what is said of an evening."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.app.cli.actions.bank_files import takers_of
from offline_collect.app.cli.actions.debit_batch import (
    format_of,
    institution_of,
    outbox_of,
    parties_of,
    written_text,
)
from offline_collect.app.cli.actions.payout_runs import written_run_text
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.app.wiring.inbox import open_inbox
from offline_collect.domain.access.roles import roles_with
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.business_days.evening import DECIDED_BY, Ended, Question, Step
from offline_collect.domain.debits.selection import Attempt
from offline_collect.domain.texts.text import counted
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
        yield f"{found.name}: {found.judged.fate.value}: {found.judged.says}"
    if inbox.waiting:
        yield f"{counted(len(inbox.waiting), 'file')} of the inbox not whole yet: {', '.join(inbox.waiting)}"


def _paid_out(office: Office, date: BusinessDate, outbox: Path) -> Iterator[str]:
    layout = office.configuration.schemas().fixed_layouts()[RUN_LAYOUT]
    acting = (office.actor, office.clock.now())
    for written in write_unwritten(office.store, date, outbox, layout, acting):
        yield f"run {written.run.run_no}: {written_run_text(written)}"


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
            failed.append(f"no statement: {done.why}")
        else:
            written += 1
    return [f"{outbox}: the statements of {counted(written, 'merchant')}", *failed]


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
            yield f"{done.merchant_id}: no batch was made: {done.why}"
        else:
            yield f"batch {done.batch.batch_no} of {done.batch.merchant_id}: {written_text(done)}"


_WORDS = {
    Step.CUTOVER: "cutover",
    Step.DEBITS: "debits",
    Step.INGEST: "incoming files",
    Step.RECONCILE: "reconciliation",
    Step.SETTLE: "settlement",
    Step.PAYOUTS: "payouts",
    Step.STATEMENTS: "statements",
    Step.VOUCHER: "voucher",
}


def told(office: Office, happened: Happened) -> Iterator[str]:
    """Yield what is said of a step, or of why an evening ends."""
    match happened.what:
        case Step() as step:
            lines = [part for line in happened.lines for part in line.splitlines()]
            yield f"{happened.date} {_WORDS[step]}: {lines[0] if lines else 'nothing'}"
            yield from (f"  {line}" for line in lines[1:])
        case Question() as question:
            roles = " or ".join(role.value for role in roles_with(DECIDED_BY[question]))
            yield f"{happened.date}: {_asked(question, happened)}"
            yield f"  who: {roles}"
            yield f"  where: {_where(question, happened.date)}"
        case _:
            yield f"{happened.date}: {_ended(office, happened)}"


def _asked(question: Question, happened: Happened) -> str:
    items = counted(happened.standing.items, "item")
    return {
        Question.CLOCK_IN_DOUBT: "its cutover time is past, but clock and open day do not fit: decide which day it is",
        Question.FILES_MISSING: f"no file of institution {', '.join(happened.standing.missing)}: ask for it",
        Question.ITEMS_OPEN: f"{items} open: say what becomes of each",
        Question.ITEMS_PROPOSED: f"{items} open, and each waits for the second person",
        Question.EARLIER_DAY: "a day before it is not settled: end that first",
    }[question]


def _where(question: Question, date: BusinessDate) -> str:
    return {
        Question.CLOCK_IN_DOUBT: f"offline-collect day cutover --date {date}",
        Question.FILES_MISSING: "offline-collect recon ingest FILE, or the inbox",
        Question.ITEMS_OPEN: f"offline-collect recon show {date} --open",
        Question.ITEMS_PROPOSED: "offline-collect approvals list",
        Question.EARLIER_DAY: "offline-collect day show",
    }[question]


def _ended(office: Office, happened: Happened) -> str:
    if happened.what is Ended.FILES_LACK:
        return "done, but for files that could not be written: run it again when that is mended"
    if happened.what is Ended.DONE:
        none = office.configuration.settings.files is None
        return "done; nothing was written, as files: names no folders" if none else "done"
    assert happened.standing.state is DayState.OPEN, "only an open day is not due"
    at = office.configuration.settings.business.cutover
    if at is None:
        return "is open; it is closed by command: offline-collect day cutover"
    return Phrase("is open; its cutover is not due before {at}", at=f"{at:%H:%M}")
