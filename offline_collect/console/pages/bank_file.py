"""Files of banks and front-end processors, which are taken as a whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from offline_collect.console.bank_files import BankFileParts, uploaded
from offline_collect.console.day_end import DayEndParts
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.texts.counts import debits_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.settlement.bank_files.reading import is_message, is_notification
from offline_collect.settlement.debit.apply_reports import TakenReport
from offline_collect.settlement.debit.ingest import TakenResult, ingest_result
from offline_collect.settlement.debit.ingest_credits import ingest_credits
from offline_collect.settlement.debit.ingest_report import ingest_report
from offline_collect.settlement.debit.out_file import RESULT_LAYOUT as DEBIT_RESULT_LAYOUT
from offline_collect.settlement.debit.out_file import RETURN_LAYOUT
from offline_collect.settlement.debit.return_match import fixed_returns, has_returns, notified_returns
from offline_collect.settlement.debit.returns import ingest_returns
from offline_collect.settlement.payouts.ingest import ingest_run
from offline_collect.settlement.payouts.out_file import RESULT_LAYOUT as RUN_RESULT_LAYOUT
from offline_collect.settlement.reconciliation.ingest import DayFileOrder, ingest_day_file

DAY_LAYOUT = "fep-detail"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file.

    Attributes:
        back: the page that leads here.
        says: what the file is, and what becomes of it.
        take: takes a file; the way on.
    """

    path: str
    title: Phrase
    permission: Permission
    back: tuple[str, Phrase]
    says: Phrase
    take: Callable[[Visit, Path], Redirect]


def ask(kind: Kind, visit: Visit) -> Answer:
    """Show the form for a file; it asks for the password itself, as a page that asks later has no file."""
    confirmed = visit.living.standing.is_confirmed(visit.office.rules.times, visit.now)
    most_mib = visit.office.settings.body_max // (1024 * 1024)
    return Shown("bank_file.html", {"kind": kind, "asks": not confirmed, "most_mib": most_mib})


def take(kind: Kind, visit: Visit) -> Answer:
    """Take a file: all of it or nothing."""
    with uploaded(visit.form.files.get("file")) as path:
        return kind.take(visit, path)


def _take_payouts(visit: Visit, path: Path) -> Redirect:
    layout, codes = visit.part(BankFileParts).layouts[RUN_RESULT_LAYOUT], visit.part(DayEndParts).payout_codes
    taken = ingest_run(visit.store, path, layout, codes, (visit.actor, visit.now))
    run = taken.run
    said = Phrase(
        "the result is taken: {booked} of {count} payouts are booked, {failed} failed",
        booked=run.payout_count - taken.failed,
        count=run.payout_count,
        failed=taken.failed,
    )
    return Redirect(f"/payout-runs/{run.run_no}", said)


def _take_day(visit: Visit, path: Path) -> Redirect:
    parts = visit.part(BankFileParts)
    order = DayFileOrder(
        path=path,
        layout=parts.layouts[DAY_LAYOUT],
        actor=visit.actor,
        now=visit.now,
        zone_of=parts.zone_of,
        monotonic=parts.monotonic,
    )
    done = ingest_day_file(visit.store, order)
    said = Phrase(
        "the file of institution {institution} is taken: {rows} rows, {matched} agree, {items} differences",
        institution=done.file.institution,
        rows=done.file.rows_read,
        matched=done.file.rows_matched,
        items=done.items,
    )
    return Redirect(f"/day-end/{done.file.business_date}", said)


def _take_debits(visit: Visit, path: Path) -> Redirect:
    """Take a result of fixed width, or a message of ISO 20022: a report, or a notification with all that it tells."""
    parts, acting = visit.part(BankFileParts), (visit.actor, visit.now)
    if not is_message(path):
        layout = parts.layouts[DEBIT_RESULT_LAYOUT]
        taken = ingest_result(visit.store, path, layout, parts.reports.codes, acting)
        return _debits_taken(taken)
    if not is_notification(path):
        return _debits_taken(ingest_report(visit.store, path, parts.reports, acting))
    credited = ingest_credits(visit.store, path, parts.reports, acting)
    if has_returns(path) or not credited:
        return _take_returned(visit, path)
    return _debits_taken(credited[-1])


def _debits_taken(taken: TakenResult | TakenReport) -> Redirect:
    batch = taken.batch
    said = Phrase(
        "the result is taken: {settled} of {count} debits are settled",
        settled=taken.settled_count,
        count=batch.record_count,
    )
    return Redirect(f"/debit-batches/{batch.batch_no}", said)


def _take_returned(visit: Visit, path: Path) -> Redirect:
    parts = visit.part(BankFileParts)
    if is_message(path):
        read = notified_returns(parts.reports.reasons, parts.reports.codes)
    else:
        read = fixed_returns(parts.layouts[RETURN_LAYOUT], parts.reports.codes)
    taken = ingest_returns(visit.store, path, read, (visit.actor, visit.now))
    said = Phrase("came back: {debits}; what they paid is open again", debits=debits_counted(taken.count))
    return Redirect("/debit-batches", said)


_DEBITS = ("/debit-batches", Phrase("Debit batches"))

KINDS = (
    Kind(
        path="/bank-files/payouts",
        title=Phrase("The bank's result of a payout run"),
        permission=Permission.SETTLE,
        back=("/payout-runs", Phrase("Payout runs")),
        says=Phrase("Says of each payout of a run whether it is booked. What failed is payable again."),
        take=_take_payouts,
    ),
    Kind(
        path="/bank-files/debits",
        title=Phrase("The bank's result of a debit batch"),
        permission=Permission.DEBIT,
        back=_DEBITS,
        says=Phrase(
            "Says of each debit of a batch whether it is settled: a file, or a message of ISO 20022."
        ),
        take=_take_debits,
    ),
    Kind(
        path="/bank-files/returned-debits",
        title=Phrase("Debits that came back"),
        permission=Permission.DEBIT,
        back=_DEBITS,
        says=Phrase("Names debits that came back after they were settled. Their bills are open again."),
        take=_take_returned,
    ),
    Kind(
        path="/bank-files/day",
        title=Phrase("An institution's file of a business day"),
        permission=Permission.RECONCILE,
        back=("/day-end", Phrase("Day end")),
        says=Phrase("Has the payments of one institution on a day that is cut. It is compared with ours."),
        take=_take_day,
    ),
)


def _pages(kind: Kind) -> Iterator[Page]:
    yield Page(path=kind.path, title=kind.title, handler=partial(ask, kind), permission=kind.permission)
    yield Page(
        path=kind.path,
        title=kind.title,
        handler=partial(take, kind),
        permission=kind.permission,
        method="POST",
        again=partial(ask, kind),
        confirms=True,
    )


PAGES = tuple(page for kind in KINDS for page in _pages(kind))
