"""Takes booked credits that name batches out of a bank's notification (camt.054): they settle what was not rejected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.bank_files import Difference
from offline_collect.domain.debits.bank_reports import (
    BatchSoFar,
    Contradiction,
    NamedByStatement,
    Tally,
    named_after,
)
from offline_collect.domain.debits.batches import BatchFormat, BatchState, RecordState
from offline_collect.domain.debits.report_standings import Standing, Stood
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.digest import digest_stream
from offline_collect.files.iso20022.camt054 import EntryBatch, NotificationHeader, read_notification
from offline_collect.files.read.source import open_plain
from offline_collect.settlement.bank_files.reading import Differences, changed_meanwhile
from offline_collect.settlement.bank_files.taking import take_at_once
from offline_collect.settlement.debit.apply_reports import ApplyingReports, TakenReport
from offline_collect.settlement.debit.report_match import ReportTerms
from offline_collect.store import SqlStore, StoreTransaction
from offline_collect.store.debits.batches import StoredBatch, find_batch
from offline_collect.store.debits.counts import count_in
from offline_collect.store.debits.reported import ReportedSum, reported_sums

BATCHES_MAX = 1000
"""Batches that one notification credits; one transaction settles them all."""


@dataclass(frozen=True, slots=True)
class Credited:
    """A credit that fits its batch.

    Attributes:
        line: of the notification.
        after: how far the batch is with it.
        out_count: records whose result is not known yet.
    """

    line: int
    stored: StoredBatch
    after: Stood
    out_count: int


def ingest_credits(
    store: SqlStore, path: Path, terms: ReportTerms, acting: tuple[Actor, dt.datetime]
) -> list[TakenReport]:
    """Take the credits of a notification that name batches of ours; return what each made of its batch.

    A notification that comes again changes nothing. What names no batch of ours is passed over: an account may have
    other business.

    Args:
        acting: who takes it, and when.

    Raises:
        NotPermittedError: the actor may not do it.
        BankFileError: a credit does not fit its batch; names every one that does not, up to a bound.
        FileError: it cannot be read, or is no notification.
        StoreError: the store was busy too long; nothing was taken.
    """
    acting[0].require(Permission.DEBIT)
    refused = Phrase("{path}: contradicts its batches, so nothing of it was taken:", path=str(path))
    with open_plain(path) as stream:
        digest = digest_stream(stream)
        with store.snapshot() as reading:
            first_read = CreditMatch(reading, terms, locks=False)
            credited = list(first_read.matched(stream, path))
            first_read.differences.refuse(refused)

        def take(tx: StoreTransaction, first: int) -> list[TakenReport]:
            match = CreditMatch(tx, terms, locks=True)
            found = list(match.matched(stream, path))
            # A report may have been taken since it was first read.
            match.differences.refuse(refused)
            if digest_stream(stream) != digest:
                raise changed_meanwhile(path)
            taken = []
            for each in found:
                if each.after == each.stored.reported:
                    taken.append(_unchanged(each, match.message_id))
                    continue
                applying = ApplyingReports(tx, terms, first, acting)
                applying.take_rest(each.stored.batch, each.after, each.line)
                taken.append(applying.finish(each.stored, each.after, match.message_id, digest))
                first += each.out_count
            return taken

        return take_at_once(store, path, sum(each.out_count for each in credited), take) if credited else []


def _unchanged(found: Credited, message_id: str) -> TakenReport:
    story = found.stored.story
    return TakenReport(
        found.stored.batch, message_id, story.settled_count or 0, story.settled_minor or 0, found.out_count
    )


class CreditMatch:
    """One reading of a notification against the batches that its credits name.

    Attributes:
        message_id: the bank's number of the notification.
        differences: what contradicts; if there is anything, nothing may be taken.
    """

    def __init__(self, tx: StoreTransaction, terms: ReportTerms, *, locks: bool) -> None:
        self._tx = tx
        self._terms = terms
        self._locks = locks
        self._seen: set[str] = set()
        self.message_id = ""
        self.differences = Differences()

    def matched(self, stream: BinaryIO, path: Path) -> Iterator[Credited]:
        """Yield the credits that fit; at the end, all differences are known.

        Raises:
            XmlFileError: it is no notification.
        """
        stream.seek(0)
        for part in read_notification(stream, path):
            if isinstance(part, NotificationHeader):
                self.message_id = part.message_id
            elif isinstance(part, EntryBatch) and part.batch_no is not None and _is_credit(part):
                found = self._match(part, part.batch_no)
                if found is not None:
                    yield found

    def _match(self, part: EntryBatch, batch_no: str) -> Credited | None:
        stored = find_batch(self._tx, batch_no, lock=self._locks)
        if stored is None or stored.batch.format is not BatchFormat.ISO20022:
            return None
        wrong = self._wrong(stored)
        if wrong is not None:
            self.differences.add(Difference(part.line, wrong))
            return None
        self._seen.add(batch_no)
        batch = stored.batch
        so_far = BatchSoFar(batch_no, batch.currency, self._terms.rule, stored.reported)
        named = NamedByStatement(part.line, batch_no, part.amount_minor, part.currency)
        after = named_after(named, so_far, self._tally(stored))
        if isinstance(after, Contradiction):
            self.differences.add(after)
            return None
        return Credited(part.line, stored, after, count_in(self._tx, batch_no, RecordState.OUT))

    def _wrong(self, stored: StoredBatch) -> Phrase | None:
        batch = stored.batch
        if batch.state is BatchState.CANCELLED:
            return Phrase("the batch {number} is {state}", number=batch.batch_no, state=batch.state.value)
        if batch.batch_no in self._seen:
            return Phrase("the batch {number} is credited twice", number=batch.batch_no)
        if len(self._seen) == BATCHES_MAX:
            return Phrase("credits more than {most} batches", most=BATCHES_MAX)
        return None

    def _tally(self, stored: StoredBatch) -> Tally:
        sums = reported_sums(self._tx, stored.batch.batch_no)
        settled, rejected = (
            sums.get(standing, ReportedSum(0, 0)) for standing in (Standing.SETTLED, Standing.REJECTED)
        )
        return Tally(
            settled=settled.count,
            rejected=rejected.count,
            rejected_now=0,
            count=stored.batch.record_count,
            total_minor=stored.batch.total_minor,
            rejected_minor=rejected.amount_minor,
        )


def _is_credit(part: EntryBatch) -> bool:
    entry = part.entry
    return entry.is_credit and entry.is_booked and not entry.is_reversal
