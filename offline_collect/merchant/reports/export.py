"""Writes files for the merchant from one snapshot of the store, and records them in the audit trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.digest import Digest, digest_stream
from offline_collect.files.errors import UnwritableError
from offline_collect.files.write.csv import write_csv
from offline_collect.files.write.sheet import Sheet
from offline_collect.files.write.xlsx import write_workbook
from offline_collect.merchant.access.masking import sees_personal
from offline_collect.merchant.common.own_language import own_languages
from offline_collect.merchant.reports.balances import DayBalance, day_balances
from offline_collect.merchant.reports.details import Reader, details_sheet, summary_sheet
from offline_collect.merchant.reports.labels import by_settled
from offline_collect.merchant.reports.statement import statement_sheet
from offline_collect.store import SqlStore, StoreTransaction, append_audit, require_merchant
from offline_collect.store.reconciliation.day_documents import Settled
from offline_collect.translations import Languages, said


class FileFormat(StrEnum):
    """The format of a merchant's file."""

    XLSX = "xlsx"
    CSV = "csv"


class ReportKind(StrEnum):
    """The content of a file: a day's postings one by one, or figures of days with their postings."""

    DETAILS = "details"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class HandOutOrder:
    """The order to write a merchant's file.

    Attributes:
        languages: of its headings and words; None for the merchant's own.
        zone: the time zone of the times shown.
        path: the file's path; a CSV statement has its details in a second file next to it.
        overwrite: replace existing files.
        actor: the user who writes it; named in the file unless ``settled`` is given.
        settled: who settled the only day, and when: the file names these, and leaves out what may still change, so that it
            has the same bytes each time; None for a file as of now.
    """

    report: ReportKind
    merchant_id: str
    first: BusinessDate
    last: BusinessDate
    languages: Languages | None
    zone: dt.tzinfo
    path: Path
    file_format: FileFormat
    overwrite: bool
    actor: Actor
    now: dt.datetime
    settled: Settled | None = None

    def reader(self, merchant: Merchant) -> Reader:
        """Return the reader of the file: it shows customers' names as the actor may see them."""
        languages = self.languages or own_languages(merchant)
        return Reader(languages, sees_personal(self.actor), self.zone, as_settled=self.settled is not None)


@dataclass(frozen=True, slots=True)
class HandedOut:
    """The written files.

    Attributes:
        files: each with its count of rows; for a workbook, the rows of its details.
        days: the figures in them.
    """

    merchant: Merchant
    files: tuple[tuple[Path, int], ...]
    days: tuple[DayBalance, ...]


def hand_out(store: SqlStore, order: HandOutOrder) -> HandedOut:
    """Write a merchant's file or files, whole or not at all.

    Raises:
        NotPermittedError: the actor may not do it.
        NotFoundError: there is no such merchant.
        NoBusinessDayError, LedgerDiffersError: there are no figures, or they cannot be trusted.
        UnwritableError: a file exists already, or the folder is not writable.
    """
    order.actor.require(Permission.VIEW)
    paths = _paths(order)
    for path in paths:
        if path.is_file() and not order.overwrite:
            remedy = Phrase("choose another name, or say --overwrite")
            raise UnwritableError(Phrase("is there already"), path=path, remedy=remedy)
    with store.snapshot() as tx:
        merchant = require_merchant(tx, order.merchant_id)
        days = day_balances(tx, merchant, order.first, order.last)
        rows = _write(order, paths, _sheets(tx, merchant, days, order))
    done = HandedOut(merchant, tuple(zip(paths, rows, strict=True)), tuple(days))
    _register(store, order, done)
    return done


def _paths(order: HandOutOrder) -> list[Path]:
    """Return the files; the one with the details is last."""
    path = order.path
    if order.report is ReportKind.STATEMENT and order.file_format is FileFormat.CSV:
        return [path, path.with_name(f"{path.stem}-details{path.suffix}")]
    return [path]


def _sheets(
    tx: StoreTransaction, merchant: Merchant, days: Sequence[DayBalance], order: HandOutOrder
) -> list[Sheet]:
    """Return the sheets: a summary of one page, the statement if it is one, the details."""
    reader = order.reader(merchant)
    sheets = [
        summary_sheet(merchant, days, reader, list(_notes(merchant, days, order, reader))),
        details_sheet(tx, merchant, days, reader),
    ]
    if order.report is ReportKind.STATEMENT:
        sheets.insert(1, statement_sheet(merchant, days, reader, [_heading(merchant, days)]))
    return sheets


def _write(order: HandOutOrder, paths: Sequence[Path], sheets: Sequence[Sheet]) -> list[int]:
    """Write the files; return each one's count of rows, for a workbook that of the details."""
    if order.file_format is FileFormat.CSV:
        # The details first: if one of their rows is wrong, no file is written.
        *_, figures, details = sheets
        rows = write_csv(paths[-1], details, overwrite=order.overwrite).rows
        others = [write_csv(path, figures, overwrite=order.overwrite).rows for path in paths[:-1]]
        return [*others, rows]
    made_at = None if order.settled is None else order.settled.at
    return [write_workbook(paths[0], sheets, overwrite=order.overwrite, made_at=made_at)[-1].rows]


def _heading(merchant: Merchant, days: Sequence[DayBalance]) -> str:
    dates = f"{days[0].date}" if len(days) == 1 else f"{days[0].date}..{days[-1].date}"
    return f"{merchant.merchant_id} {merchant.name}  {dates}"


def _notes(
    merchant: Merchant, days: Sequence[DayBalance], order: HandOutOrder, reader: Reader
) -> Iterator[str]:
    """Yield the lines above the summary: merchant, dates, and how to read the figures."""
    languages, zone = reader.languages, reader.zone
    made = Phrase("Made")
    who, at = order.settled or (order.actor.name, order.now)
    when = f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S} {zone}, {who}"
    yield _heading(merchant, days)
    yield f"{said(made, languages)}: {when}"
    settled = [day.settled for day in days]
    yield said(by_settled(settled, SETTLED_NOTE, SOME_SETTLED_NOTE, FEES_NOTE), languages)
    yield said(NET_NOTE, languages)
    if any(day.monthly_fees_minor for day in days):
        yield said(MONTHLY_NOTE, languages)
    if not reader.full_names:
        yield said(MASKED_NOTE, languages)
    for day in days:
        if day.state is DayState.OPEN:
            yield f"{day.date}: {said(OPEN_NOTE, languages)}"


FEES_NOTE = Phrase(
    "Fees are as the fee rule of each payment's business date says; settlement books them later."
)
NET_NOTE = Phrase(
    "Owed = paid - reversed + suspense applied; net = owed - fees. Suspense and paid outside are not owed."
)
SETTLED_NOTE = Phrase("Fees are as settled. Closing = opening + net - paid out + payouts that failed.")
SOME_SETTLED_NOTE = Phrase(
    "Fees of settled days are as settled; those of other days are as the fee rule says, and settlement books them later."
)
MONTHLY_NOTE = Phrase("Fees that are charged with the month are not taken off the net.")
MASKED_NOTE = Phrase("Names are masked.")
OPEN_NOTE = Phrase("the business day is still open: more may come.")


def _register(store: SqlStore, order: HandOutOrder, done: HandedOut) -> None:
    files = [_registered(path, rows) for path, rows in done.files]
    document = {"files": files, "full_names": sees_personal(order.actor)}
    dates = f"{order.first}" if order.first == order.last else f"{order.first}..{order.last}"
    subject = Subject(SubjectType.REPORT, dates, order.merchant_id)
    with store.transaction() as tx:
        append_audit(tx, order.actor, order.report.value, subject, None, document, order.now)


def _registered(path: Path, rows: int) -> dict[str, str | int]:
    digest = _digest(path)
    return {"name": path.name, "sha256": digest.sha256, "bytes": digest.size, "rows": rows}


def _digest(path: Path) -> Digest:
    with path.open("rb") as stream:
        return digest_stream(stream)
