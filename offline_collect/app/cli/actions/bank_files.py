"""Takes files of banks and front-end processors, by command or out of the inbox, and says what was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.app.wiring.fep_times import zone_of_institution
from offline_collect.domain.debits.report_standings import ReportRule
from offline_collect.domain.debits.return_codes import ReturnCode
from offline_collect.domain.errors import (
    BankFileError,
    BankFileTakenError,
    DayOpenError,
    ReconciliationError,
)
from offline_collect.domain.money import format_major
from offline_collect.domain.settlement.results import PayoutCode
from offline_collect.domain.texts.counts import (
    debits_counted,
    items_counted,
    open_items_counted,
    payouts_counted,
    rows_counted,
)
from offline_collect.domain.texts.phrases import Phrase, in_lines, words_of
from offline_collect.files.iso20022.first_bytes import NOTIFICATION, REPORT
from offline_collect.settlement.bank_files.reading import is_message, is_notification
from offline_collect.settlement.debit.apply_reports import TakenReport
from offline_collect.settlement.debit.ingest import ingest_result
from offline_collect.settlement.debit.ingest_credits import ingest_credits
from offline_collect.settlement.debit.ingest_report import ingest_report
from offline_collect.settlement.debit.out_file import RESULT_LAYOUT, RETURN_LAYOUT
from offline_collect.settlement.debit.report_match import ReportTerms
from offline_collect.settlement.debit.return_match import fixed_returns, has_returns, notified_returns
from offline_collect.settlement.debit.returns import ingest_returns
from offline_collect.settlement.incoming_files import Fate, IncomingFile, Judged, Taker
from offline_collect.settlement.payouts.ingest import ingest_run
from offline_collect.settlement.payouts.out_file import RESULT_LAYOUT as RUN_RESULT_LAYOUT
from offline_collect.settlement.reconciliation.ingest import DayFileOrder, ingest_day_file
from offline_collect.store import AlreadyExistsError

DAY_LAYOUT = "fep-detail"


def code_words(code: ReturnCode | PayoutCode | None) -> str | None:
    """Return what a return code means, in English and Chinese; None for one that no table has."""
    return None if code is None else f"{code.says} {code.says_zh}"


def take_result(office: Office, file: Path) -> Phrase:
    """Take a bank's result of a debit batch, or a message of ISO 20022 that tells it; return what was done.

    Raises:
        NotPermittedError, DebitError, FileError, StoreError: see ``ingest_result``, ``ingest_report`` and
            ``ingest_credits``.
    """
    if is_message(file):
        return _take_credits(office, file) if is_notification(file) else _take_report(office, file)
    schemas = office.configuration.schemas()
    layout, codes = schemas.fixed_layouts()[RESULT_LAYOUT], schemas.return_codes()
    taken = ingest_result(office.store, file, layout, codes, (office.actor, office.clock.now()))
    batch = taken.batch
    settled, total = (
        format_major(minor, batch.currency) for minor in (taken.settled_minor, batch.total_minor)
    )
    return Phrase(
        "batch {batch_no} of {merchant_id}: {settled_count} of {debits} settled, {settled} of"
        " {total}; `offline-collect debit show {batch_no}` says what became of each",
        batch_no=batch.batch_no,
        merchant_id=batch.merchant_id,
        settled_count=taken.settled_count,
        debits=debits_counted(batch.record_count),
        settled=settled,
        total=total,
    )


def _take_report(office: Office, file: Path) -> Phrase:
    acting = (office.actor, office.clock.now())
    return _so_far(ingest_report(office.store, file, _report_terms(office), acting), Phrase("report"))


def _take_credits(office: Office, file: Path) -> Phrase:
    said = _credited(office, file)
    if not said:
        raise BankFileError(
            Phrase(
                "{file}: no booked credit in it names a batch of ours; `offline-collect debit return`"
                " takes debits that came back",
                file=str(file),
            )
        )
    return in_lines(said)


def _credited(office: Office, file: Path) -> list[Phrase]:
    acting = (office.actor, office.clock.now())
    taken = ingest_credits(office.store, file, _report_terms(office), acting)
    return [_so_far(each, Phrase("credit")) for each in taken]


def _so_far(taken: TakenReport, message: Phrase) -> Phrase:
    batch = taken.batch
    settled, total = (
        format_major(minor, batch.currency) for minor in (taken.settled_minor, batch.total_minor)
    )
    return Phrase(
        "batch {batch_no} of {merchant_id}, {message} {message_id}: {settled_count} of"
        " {debits} settled so far, {settled} of {total}; {open_count} still open",
        batch_no=batch.batch_no,
        merchant_id=batch.merchant_id,
        message=message,
        message_id=taken.message_id,
        settled_count=taken.settled_count,
        debits=debits_counted(batch.record_count),
        settled=settled,
        total=total,
        open_count=taken.open_count,
    )


def _report_terms(office: Office) -> ReportTerms:
    schemas = office.configuration.schemas()
    rule = ReportRule(office.configuration.settings.debits.reports)
    return ReportTerms(rule, schemas.reason_codes(), schemas.return_codes())


def take_returned_debits(office: Office, file: Path) -> Phrase:
    """Take a bank's file of debits that came back, or its notification of ISO 20022; return what was done.

    Raises:
        NotPermittedError, DebitError, FileError, StoreError: see ``ingest_returns``.
    """
    schemas = office.configuration.schemas()
    codes = schemas.return_codes()
    if is_message(file):
        read = notified_returns(schemas.reason_codes(), codes)
    else:
        read = fixed_returns(schemas.fixed_layouts()[RETURN_LAYOUT], codes)
    taken = ingest_returns(office.store, file, read, (office.actor, office.clock.now()))
    total = format_major(taken.total_minor, taken.currency)
    return Phrase(
        "file {file_no}: {debits} came back, {total}; the bills are open again",
        file_no=taken.file_no,
        debits=debits_counted(taken.count),
        total=total,
    )


def take_notification(office: Office, file: Path) -> Phrase:
    """Take all that a notification tells of debits: first what it credits, then what came back; return what was done.

    Raises:
        NotPermittedError, DebitError, FileError, StoreError: see ``ingest_credits`` and ``ingest_returns``.
    """
    said = _credited(office, file)
    if has_returns(file) or not said:
        said.append(take_returned_debits(office, file))
    return in_lines(said)


def take_run_result(office: Office, file: Path) -> Phrase:
    """Take a bank's result of a run of payouts; return what was done.

    Raises:
        NotPermittedError, PayoutError, FileError, StoreError: see ``ingest_run``.
    """
    schemas = office.configuration.schemas()
    layout, codes = schemas.fixed_layouts()[RUN_RESULT_LAYOUT], schemas.payout_codes()
    taken = ingest_run(office.store, file, layout, codes, (office.actor, office.clock.now()))
    run = taken.run
    booked, total = (format_major(minor, run.currency) for minor in (taken.booked_minor, run.total_minor))
    count = run.payout_count - taken.failed
    return Phrase(
        "run {run_no}: {count} of {payouts} booked, {booked} of {total}; {failed} failed;"
        " `offline-collect settle show {run_no}` says which",
        run_no=run.run_no,
        count=count,
        payouts=payouts_counted(run.payout_count),
        booked=booked,
        total=total,
        failed=taken.failed,
    )


def take_day_file(office: Office, file: Path) -> Phrase:
    """Take a front-end processor's file of a day; return what was done, in several lines.

    Raises:
        NotPermittedError, ScopeError, ReconciliationError, FileError, StoreError: see ``ingest_day_file``.
    """
    order = DayFileOrder(
        path=file,
        layout=office.configuration.schemas().fixed_layouts()[DAY_LAYOUT],
        actor=office.actor,
        now=office.clock.now(),
        zone_of=zone_of_institution(office.configuration),
        monotonic=office.clock.monotonic,
    )
    done = ingest_day_file(office.store, order)
    taken = done.file
    lines = [
        Phrase(
            "file {file_id} of institution {institution}, business day {date}",
            file_id=taken.file_id,
            institution=taken.institution,
            date=str(taken.business_date),
        ),
        Phrase(
            "{rows}, {matched} matched; {items} made",
            rows=rows_counted(taken.rows_read),
            matched=taken.rows_matched,
            items=items_counted(done.items),
        ),
    ]
    if done.matched:
        lines.append(Phrase("{items} of neighbouring days matched", items=open_items_counted(done.matched)))
    if done.replaced is not None:
        lines.append(Phrase("it replaces file {file_id}", file_id=done.replaced))
    return in_lines(lines)


def judged_text(found: IncomingFile) -> Phrase:
    """Return what became of a file of the inbox."""
    return Phrase(
        "{name}: {fate}: {says}", name=found.name, fate=found.judged.fate.value, says=found.judged.says
    )


def takers_of(config: Path | None) -> Mapping[str, Taker]:
    """Return who takes the files in the inbox, by the name of their layout.

    Each file is taken by the user who acts at that moment, who may have lost the right meanwhile.
    """
    known = {
        RESULT_LAYOUT: take_result,
        RETURN_LAYOUT: take_returned_debits,
        RUN_RESULT_LAYOUT: take_run_result,
        DAY_LAYOUT: take_day_file,
        REPORT: take_result,
        NOTIFICATION: take_notification,
    }
    return {layout: _taker(config, take) for layout, take in known.items()}


def _taker(config: Path | None, take: Callable[[Office, Path], Phrase]) -> Taker:
    def taker(file: Path) -> Judged:
        with open_office(config) as office:
            try:
                return Judged(Fate.TAKEN, take(office, file))
            except DayOpenError as error:
                return Judged(Fate.WAITING, words_of(error) or str(error))
            except (BankFileTakenError, AlreadyExistsError) as error:
                return Judged(Fate.TAKEN_BEFORE, words_of(error) or str(error))
            except (BankFileError, ReconciliationError) as error:
                return Judged(Fate.REFUSED, words_of(error) or str(error))

    return taker
