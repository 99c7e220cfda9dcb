"""Takes a front-end processor's file of a day: read once, staged, compared in the database, and in force at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.business_days.life import LIFE, DayEvent
from offline_collect.domain.errors import DayOpenError, ReconciliationError
from offline_collect.domain.reconciliation.items import ItemEvent
from offline_collect.domain.reconciliation.records import DayFile
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.digest import digest_stream
from offline_collect.files.fixed_width.layout import FixedLayout, Values
from offline_collect.files.fixed_width.read import FixedDetails, FixedProblem, FixedRecord, read_columns
from offline_collect.files.read.source import open_plain
from offline_collect.settlement.reconciliation.compare import Comparison, Days, compare
from offline_collect.settlement.reconciliation.days import day_of
from offline_collect.settlement.reconciliation.rows import RowReader
from offline_collect.settlement.reconciliation.staging import CHUNK, Staging, refused
from offline_collect.store import SqlStore, StoreTransaction, append_audit
from offline_collect.store.backoffice.lapsed_requests import lapse_about
from offline_collect.store.reconciliation.files import (
    begin_file,
    files_of,
    give_up_file,
    neighbours,
    put_in_force,
    require_staging,
    tidy_rows,
)
from offline_collect.store.reconciliation.items import (
    Ending,
    end_item,
    ended_among,
    proposed_items,
    put_items,
    reopen_matched,
    replace_open,
)
from offline_collect.store.reconciliation.match import Compared, begin_join, prepare_join, rename_rows

WHAT = "reconcile business days"


@dataclass(frozen=True, slots=True)
class DayFileOrder:
    """A file to take.

    Attributes:
        layout: of front-end processors' days.
        zone_of: returns the time zone in which an institution writes its times; None for an unknown institution.
        monotonic: seconds, to pause for payments.
    """

    path: Path
    layout: FixedLayout
    actor: Actor
    now: dt.datetime
    zone_of: Callable[[str], dt.tzinfo | None]
    monotonic: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a file.

    Attributes:
        items: how many items it opened, or matched by itself on neighbouring days.
        matched: how many open items of neighbouring days it ended.
        replaced: the file that it corrects; None if it is the first of its day.
    """

    file: DayFile
    items: int
    matched: int
    replaced: int | None


def ingest_day_file(store: SqlStore, order: DayFileOrder) -> Ingested:
    """Take a file of a business day that is cut; all of it or nothing.

    Raises:
        NotPermittedError, ScopeError: the actor may not reconcile business days, which all banks share.
        ReconciliationError: the file or its day is refused; the message names each problem.
        AlreadyExistsError: this very file was taken before.
        WrongStateError: another run of the file or its neighbour has changed something meanwhile: start again.
        FileError, StoreError: the file or the store cannot be read.
    """
    order.actor.require(Permission.RECONCILE)
    order.actor.require_whole(WHAT)
    with open_plain(order.path) as stream:
        digest = digest_stream(stream)
        records = read_columns(stream, order.layout)
        header = next(records)
        if not isinstance(header, FixedRecord):
            raise refused(order.path, [str(header)], 1)
        file = DayFile(
            sha256=digest.sha256,
            name=order.path.name[:200],
            size_bytes=digest.size,
            institution=str(header.values["institution"]).lstrip("0") or "0",
            business_date=BusinessDate.of(_date(header.values)),
            who=order.actor.name,
        )
        zone = order.zone_of(file.institution)
        if zone is None:
            raise ReconciliationError(
                Phrase(
                    "{path}: no link is configured for institution {institution}",
                    path=str(order.path),
                    institution=file.institution,
                )
            )
        with store.transaction() as tx:
            _require_cut(tx, file.business_date, lock=False)
            file = replace(file, file_id=begin_file(tx, file, order.now))
        try:
            staging = Staging(store, order.path, file.file_id, order.monotonic)
            file = _stage(staging, file, records, RowReader(file.institution, zone))
            done = _compare(store, order, file)
        except BaseException:
            with store.transaction() as tx:
                give_up_file(tx, file.file_id)
            raise
        finally:
            _tidy(store, order.monotonic)
    return done


def _date(values: Values) -> dt.date:
    found = values["settlement_date"]
    assert isinstance(found, dt.date), "the layout says that it is a date"
    return found


def _require_cut(tx: StoreTransaction, date: BusinessDate, *, lock: bool) -> None:
    """Check that a day can still be reconciled."""
    day = day_of(tx, date, lock=lock)
    if day.state is DayState.OPEN:
        raise DayOpenError(
            Phrase("business day {date} is open: its file can be taken after its cutover", date=str(date))
        )
    if day.state not in LIFE[DayEvent.RECONCILED].sources:
        raise ReconciliationError(
            Phrase(
                "business day {date} is {state}: no file of it is taken any more",
                date=str(date),
                state=day.state,
            )
        )


def _stage(
    staging: Staging,
    file: DayFile,
    records: Iterator[FixedRecord | FixedDetails | FixedProblem],
    reader: RowReader,
) -> DayFile:
    """Stage all rows; return the file with its counts."""
    counted, trailer = staging.stage(records, reader)
    payments, reversals = (trailer[name] for name in ("payments_total", "reversals_total"))
    assert isinstance(payments, int), "the layout says that it is a number"
    assert isinstance(reversals, int), "the layout says that it is a number"
    return replace(file, rows_read=counted, payments_minor=payments, reversals_minor=reversals)


def _compare(store: SqlStore, order: DayFileOrder, file: DayFile) -> Ingested:
    with store.transaction() as tx:
        prepare_join(tx)
    with store.snapshot() as reading:
        begin_join(reading)
        days, near = _neighbours(reading, file)
        compared = Compared(file.file_id, file.institution, file.business_date, near)
        found = compare(reading, compared, days, order.now)
    file = replace(file, rows_matched=file.rows_read - found.unlike)
    with store.transaction() as tx:
        _require_cut(tx, file.business_date, lock=True)
        require_staging(tx, file.file_id)
        if _neighbours(tx, file)[1] != near:
            raise ReconciliationError(
                Phrase("the file of a neighbouring day was taken meanwhile: take this one again")
            )
        replaced = _write(tx, order, file, found)
    return Ingested(file, len(found.items), len(found.matched), replaced)


def _neighbours(tx: StoreTransaction, file: DayFile) -> tuple[Days, list[int]]:
    days = Days(file.business_date, *neighbours(tx, file.business_date))
    files = [each.file_id for day in days.neighbours for each in files_of(tx, day, file.institution)]
    return days, files


def _write(tx: StoreTransaction, order: DayFileOrder, file: DayFile, found: Comparison) -> int | None:
    """Write the items, and put the file in force; return the file that it replaces."""
    earlier = files_of(tx, file.business_date, file.institution)
    for former in earlier:
        replace_open(tx, file.institution, file.business_date, order.actor.name, order.now)
        reopen_matched(tx, former.file_id)
    put_items(tx, found.items)
    for item_no in found.matched:
        ending = Ending(ItemEvent.MATCHED, order.actor.name, order.now, matched_by=file.file_id)
        end_item(tx, item_no, ending)
    _lapse(tx, order, file)
    rename_rows(tx, file.file_id, found.renamed)
    put_in_force(tx, file)
    replaced = earlier[0].file_id if earlier else None
    subject = Subject(SubjectType.DAY, str(file.business_date))
    before = None if replaced is None else {"file": replaced, "sha256": earlier[0].sha256}
    append_audit(tx, order.actor, "recon ingest", subject, before, _described(file, found), order.now)
    return replaced


def _lapse(tx: StoreTransaction, order: DayFileOrder, file: DayFile) -> None:
    """End the requests about items that the file has ended: nobody can approve them any more."""
    reason = f"file {file.file_id} of business day {file.business_date} has ended the item"
    for item_no in ended_among(tx, proposed_items(tx, order.now)):
        lapse_about(tx, DualAction.RECON_RESOLVE, str(item_no), reason, (order.actor, order.now))


def _described(file: DayFile, found: Comparison) -> dict[str, object]:
    return {
        "file": file.file_id,
        "sha256": file.sha256,
        "institution": file.institution,
        "rows": file.rows_read,
        "matched": file.rows_matched,
        "items": len(found.items),
        "ended": len(found.matched),
    }


def _tidy(store: SqlStore, monotonic: Callable[[], float]) -> None:
    """Delete rows that no day needs any more, chunk by chunk."""
    while True:
        begun = monotonic()
        with store.transaction() as tx:
            if tidy_rows(tx, CHUNK):
                return
        store.throttle(monotonic() - begun)
