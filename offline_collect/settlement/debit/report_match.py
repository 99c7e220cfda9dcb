"""Matches a bank's report (pain.002) with its batch, chunk by chunk; nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from offline_collect.domain.bank_files import Difference
from offline_collect.domain.debits.bank_reports import (
    AskedDebit,
    BatchSoFar,
    Contradiction,
    GroupReport,
    Tally,
    group_after,
    of_end_to_end_id,
    record_after,
)
from offline_collect.domain.debits.batches import BatchFormat, BatchState, DebitRecord, RecordState
from offline_collect.domain.debits.reason_codes import ReasonCodes
from offline_collect.domain.debits.report_standings import (
    OPEN,
    ReportRule,
    Standing,
    Status,
    Stood,
    standing_of,
)
from offline_collect.domain.debits.return_codes import ReturnCodes
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.iso20022.pain002 import ReportedRecord, ReportHeader, read_status_report
from offline_collect.settlement.bank_files.reading import Differences
from offline_collect.store import StoreTransaction
from offline_collect.store.debits.batches import StoredBatch, find_batch
from offline_collect.store.debits.counts import count_in
from offline_collect.store.debits.read_records import records_at
from offline_collect.store.debits.records import AT_ONCE
from offline_collect.store.debits.reported import reported_sums


@dataclass(frozen=True, slots=True)
class ReportTerms:
    """How a bank reports.

    Attributes:
        reasons: its reasons, in return codes.
        codes: what return codes mean.
    """

    rule: ReportRule
    reasons: ReasonCodes
    codes: ReturnCodes


@dataclass(frozen=True, slots=True)
class MatchedReport:
    """What a report says of a record.

    Attributes:
        after: how far the record is by its own reports, with this one.
    """

    said: ReportedRecord
    record: DebitRecord
    after: Stood


class ReportMatch:
    """One reading of a report against its batch.

    Attributes:
        stored: None until the report has named a batch that reports may be of.
        message_id: the bank's number of the report.
        group: how far the batch is by reports of the whole, at the end with this one.
        differences: what contradicts; if there is anything, nothing may be taken.
    """

    def __init__(self, tx: StoreTransaction, terms: ReportTerms, *, locks: bool) -> None:
        self._tx = tx
        self._terms = terms
        self._locks = locks
        self._seen = bytearray()
        self._groups: list[GroupReport] = []
        self._counts: Counter[Standing] = Counter()
        self._amounts: Counter[Standing] = Counter()
        self._rejected_now = 0
        self._out = 0
        self._settled_now = 0
        self.stored: StoredBatch | None = None
        self.message_id = ""
        self.group = Stood()
        self.differences = Differences()

    @property
    def line(self) -> int:
        """The line of what the report says of the whole batch."""
        return self._groups[-1].line

    @property
    def settles(self) -> int:
        """How many records the report settles, at its end."""
        rest = standing_of(Stood(), self.group, self._terms.rule).standing is Standing.SETTLED
        return self._settled_now + (self._out if rest else 0)

    def matched(self, stream: BinaryIO, path: Path) -> Iterator[list[MatchedReport]]:
        """Yield what is said of records, in chunks; at the end, all differences and the batch's standing are known.

        Raises:
            XmlFileError: it is no report.
        """
        stream.seek(0)
        chunk: list[ReportedRecord] = []
        for part in read_status_report(stream, path):
            if isinstance(part, ReportHeader):
                self.message_id = part.message_id
            elif isinstance(part, GroupReport):
                self._groups.append(part)
                if self.stored is None and not self._begin(part):
                    return
            else:
                chunk.append(part)
                if len(chunk) == AT_ONCE:
                    yield self._chunk(chunk)
                    chunk = []
        if chunk:
            yield self._chunk(chunk)
        self._end()

    def _begin(self, report: GroupReport) -> bool:
        """Find the batch of a report; return whether its records can be looked at."""
        number = report.batch_no
        found = find_batch(self._tx, number, lock=self._locks)
        reason = None
        if found is None:
            reason = Phrase("the batch {number} is not known here", number=number)
        elif found.batch.state is BatchState.CANCELLED:
            reason = Phrase("the batch {number} is {state}", number=number, state=found.batch.state.value)
        elif found.batch.format is not BatchFormat.ISO20022:
            reason = Phrase("the batch {number} went out in a file of fixed width", number=number)
        if found is None or reason is not None:
            assert reason is not None, "it was just made"
            self.differences.add(Difference(report.line, reason))
            return False
        self.stored, self.group = found, found.reported
        self._seen = bytearray(found.batch.record_count + 1)
        self._out = count_in(self._tx, number, RecordState.OUT)
        for standing, those in reported_sums(self._tx, number).items():
            self._counts[standing] = those.count
            self._amounts[standing] = those.amount_minor
        return True

    def _so_far(self) -> BatchSoFar:
        assert self.stored is not None, "it was found"
        batch = self.stored.batch
        return BatchSoFar(batch.batch_no, batch.currency, self._terms.rule, self.group)

    def _chunk(self, said: list[ReportedRecord]) -> list[MatchedReport]:
        so_far = self._so_far()
        places = [of_end_to_end_id(each.report.end_to_end_id or "") for each in said]
        own = [place for place in places if place is not None and place[0] == so_far.batch_no]
        there = records_at(self._tx, own)
        matched = []
        for each, place in zip(said, places, strict=True):
            record = None if place is None else there.get(place)
            found = self._match(each, record, so_far)
            if found is not None:
                matched.append(found)
        return matched

    def _match(
        self, said: ReportedRecord, record: DebitRecord | None, so_far: BatchSoFar
    ) -> MatchedReport | None:
        asked, repeated = None, False
        if record is not None:
            asked = AskedDebit(
                record.batch_no, record.sequence, record.amount_minor, so_far.currency, record.mandate_ref
            )
            repeated = bool(self._seen[record.sequence])
            self._seen[record.sequence] = 1
        own = Stood() if record is None else record.reported
        after = record_after(own, said.report, asked, so_far, self._terms.reasons, repeated=repeated)
        if isinstance(after, Contradiction):
            self.differences.add(after)
            return None
        assert record is not None, "a report of no record contradicts"
        self._count(record, after)
        self._rejected_now += said.report.status == Status.REJECTED
        return MatchedReport(said, record, after)

    def _count(self, record: DebitRecord, after: Stood) -> None:
        """Count a record by its standing after the report, no longer by the one before."""
        for standing, sign in ((record.reported.standing, -1), (after.standing, 1)):
            self._counts[standing] += sign
            self._amounts[standing] += sign * record.amount_minor
        if record.state is RecordState.OUT and after.standing not in OPEN:
            self._out -= 1
            self._settled_now += after.standing is Standing.SETTLED

    def _end(self) -> None:
        """Judge what the report says of the whole batch, by all its records."""
        assert self.stored is not None, "its records were read"
        tally = Tally(
            settled=self._counts[Standing.SETTLED],
            rejected=self._counts[Standing.REJECTED],
            rejected_now=self._rejected_now,
            count=self.stored.batch.record_count,
            total_minor=self.stored.batch.total_minor,
            rejected_minor=self._amounts[Standing.REJECTED],
        )
        # The group and its one payment information say the same thing twice; only one of them may say why.
        reasons = tuple(each for report in self._groups for each in report.reasons)
        for report in self._groups:
            after = group_after(replace(report, reasons=reasons), self._so_far(), tally, self._terms.reasons)
            if isinstance(after, Contradiction):
                self.differences.add(after)
            else:
                self.group = after
