"""Applies what a bank's messages of ISO 20022 have made final: of single records, and of all that a whole batch ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.debits.batches import BATCH_LIFE, Batch, BatchEvent, DebitRecord, RecordState
from offline_collect.domain.debits.matching import ResultLine
from offline_collect.domain.debits.report_standings import OPEN, Standing, Stood, standing_of
from offline_collect.domain.debits.return_codes import BillEffect
from offline_collect.files.digest import Digest
from offline_collect.files.iso20022.texts import cut
from offline_collect.settlement.debit.apply_results import ApplyingResults
from offline_collect.settlement.debit.report_match import MatchedReport, ReportTerms
from offline_collect.settlement.debit.result_match import Matched
from offline_collect.store import StoreTransaction, append_audit, hold_day
from offline_collect.store.debits.batches import StoredBatch, set_batch, set_reported
from offline_collect.store.debits.counts import count_in
from offline_collect.store.debits.read_records import records_in
from offline_collect.store.debits.records import AT_ONCE
from offline_collect.store.debits.reported import change_reported

_TAKEN = BATCH_LIFE[BatchEvent.TAKEN]
_REASON_MAX = 60


@dataclass(frozen=True, slots=True)
class TakenReport:
    """What a message has made of a batch.

    Attributes:
        message_id: the bank's number of it.
        settled_count: records that are settled by all messages so far.
        settled_minor: their sum.
        open_count: records whose result the bank has not told yet.
    """

    batch: Batch
    message_id: str
    settled_count: int
    settled_minor: int
    open_count: int


class ApplyingReports:
    """The application of one message to one batch, in one transaction.

    Args:
        first_number: the first of the numbers that were taken for its payments.
        acting: who takes the message, and when.
    """

    def __init__(
        self, tx: StoreTransaction, terms: ReportTerms, first_number: int, acting: tuple[Actor, dt.datetime]
    ) -> None:
        self._tx = tx
        self._terms = terms
        self._applying = ApplyingResults(tx, hold_day(tx), first_number, acting)
        self._actor, self._now = acting
        self._settled_count = 0
        self._settled_minor = 0

    def take_records(self, batch: Batch, chunk: Sequence[MatchedReport]) -> None:
        """Take what is said of some records."""
        changes = [(each.record, each.after) for each in chunk if each.after != each.record.reported]
        change_reported(self._tx, changes)
        final = [
            self._result(each.record, each.after, each.said.report.line, each)
            for each in chunk
            if each.record.state is RecordState.OUT and each.after.standing not in OPEN
        ]
        self._apply(batch, final)

    def take_rest(self, batch: Batch, group: Stood, line: int) -> None:
        """End the records that the standing of the whole batch ends.

        Args:
            line: of the message, which says it.
        """
        after = standing_of(Stood(), group, self._terms.rule)
        if after.standing in OPEN:
            return
        last = 0
        while found := records_in(self._tx, batch.batch_no, RecordState.OUT, AT_ONCE, last):
            last = found[-1].sequence
            # From now on it is the record's own, whatever the bank's rule is called later.
            change_reported(self._tx, [(record, after) for record in found])
            self._apply(batch, [self._result(record, after, line, None) for record in found])

    def finish(self, stored: StoredBatch, group: Stood, message_id: str, digest: Digest) -> TakenReport:
        """Write how far the batch is, and that the message was taken."""
        batch, story = stored.batch, stored.story
        left = count_in(self._tx, batch.batch_no, RecordState.OUT)
        count = (story.settled_count or 0) + self._settled_count
        settled = (story.settled_minor or 0) + self._settled_minor
        values: dict[str, Any] = {"settled_count": count, "settled_minor": settled}
        state = batch.state
        if not left and state in _TAKEN.sources:
            state = _TAKEN.target
            values |= {
                "state": state.value,
                "result_sha256": digest.sha256,
                "result_bytes": digest.size,
                "ended_by": self._actor.name,
                "ended_at": self._now,
            }
        set_batch(self._tx, batch.batch_no, values)
        set_reported(self._tx, batch.batch_no, group)
        after = {
            "state": state.value,
            "message": message_id,
            "sha256": digest.sha256,
            "records": self._applying.states,
            "settled_minor": settled,
        }
        subject = Subject(SubjectType.DEBIT_BATCH, batch.batch_no, batch.merchant_id)
        before = {"state": batch.state.value}
        append_audit(self._tx, self._actor, "debit ingest", subject, before, after, self._now)
        return TakenReport(batch, message_id, count, settled, left)

    def _result(self, record: DebitRecord, after: Stood, line: int, match: MatchedReport | None) -> Matched:
        """Return the result of a record whose standing is final, as a file of fixed width would have it."""
        settled = after.standing is Standing.SETTLED
        code = self._terms.codes.of(self._terms.reasons.settled if settled else after.code or "")
        words = None if match is None else match.said.words
        result = ResultLine(
            line=line,
            sequence=record.sequence,
            bill_no=record.bill_no,
            amount_minor=record.amount_minor,
            code=code,
            settled_minor=record.amount_minor if code.bill is BillEffect.SETTLED else 0,
            core_serial=None if match is None else match.said.core_serial,
            reason=None if words is None else cut(words, _REASON_MAX),
        )
        return result, record

    def _apply(self, batch: Batch, results: Sequence[Matched]) -> None:
        if results:
            self._applying.apply(batch, results)
        for line, _ in results:
            self._settled_count += line.settled_minor > 0
            self._settled_minor += line.settled_minor
