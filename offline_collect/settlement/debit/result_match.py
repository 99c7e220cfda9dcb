"""Matches a bank's file of results with its batch, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from offline_collect.domain.bank_files import Difference
from offline_collect.domain.debits.batches import BATCH_LIFE, Batch, BatchEvent, DebitRecord
from offline_collect.domain.debits.matching import (
    ResultHeader,
    ResultLine,
    header_differences,
    missing,
    result_differences,
)
from offline_collect.domain.debits.return_codes import BillEffect, ReturnCodes
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.fixed_width.layout import FixedLayout, Values
from offline_collect.settlement.bank_files.reading import Differences, chunks
from offline_collect.store import StoreTransaction
from offline_collect.store.debits.batches import find_batch
from offline_collect.store.debits.records import records_at, records_between

Matched = tuple[ResultLine, DebitRecord]


class ResultMatch:
    """One reading of a file against its batch.

    Attributes:
        batch: None until the header has named one that waits for its result.
        differences: what does not match; if there is any, nothing may be taken.
        settled_count: records that the bank has debited, so far.
        settled_minor: their sum.
    """

    def __init__(self, tx: StoreTransaction, layout: FixedLayout, codes: ReturnCodes, *, locks: bool) -> None:
        self._tx = tx
        self._layout = layout
        self._codes = codes
        self._locks = locks
        self._seen = bytearray()
        self.batch: Batch | None = None
        self.differences = Differences()
        self.settled_count = 0
        self.settled_minor = 0

    def matched(self, stream: BinaryIO) -> Iterator[list[Matched]]:
        """Yield the records that match, in chunks; at the end, all differences are known."""
        found = chunks(stream, self._layout, self.differences)
        header = next(found, None)
        if header is None or not self._begin(header[0][1]):
            return
        for chunk in found:
            yield self._chunk([self._line(line, values) for line, values in chunk])
        self.differences.lacks(self._seen, missing)

    def _begin(self, values: Values) -> bool:
        """Find the batch of a header; return whether its records can be looked at."""
        made: dict[str, Any] = dict(values)
        header = ResultHeader(
            institution=made["institution"],
            merchant_id=made["merchant_id"],
            batch_no=made["batch_no"],
            business_date=made["business_date"],
            count=made["count"],
            currency=made["currency"],
        )
        found = find_batch(self._tx, header.batch_no, lock=self._locks)
        if found is None:
            self.differences.add(
                Difference(1, Phrase("the batch {number} is not known here", number=header.batch_no))
            )
            return False
        state = found.batch.state
        if state not in BATCH_LIFE[BatchEvent.TAKEN].sources:
            reason = Phrase("the batch {number} is {state}", number=header.batch_no, state=state.value)
            self.differences.add(Difference(1, reason))
            return False
        self.batch = found.batch
        self._seen = bytearray(found.batch.record_count + 1)
        self.differences.extend(header_differences(header, found.batch))
        return True

    def _line(self, line: int, values: Values) -> ResultLine:
        made: dict[str, Any] = dict(values)
        return ResultLine(
            line=line,
            sequence=made["sequence"],
            bill_no=made["bill_no"],
            amount_minor=made["amount"],
            code=self._codes.of(made["return_code"]),
            settled_minor=made["settled_amount"],
            core_serial=made["core_serial"],
            reason=made["reason"],
        )

    def _chunk(self, lines: list[ResultLine]) -> list[Matched]:
        assert self.batch is not None, "the header was read"
        batch = self.batch
        there = self._records(batch.batch_no, [each.sequence for each in lines])
        matched = []
        for each in lines:
            record = there.get((batch.batch_no, each.sequence))
            repeated = record is not None and bool(self._seen[each.sequence])
            self.differences.extend(result_differences(each, record, batch.currency, repeated=repeated))
            if record is not None:
                self._seen[each.sequence] = 1
                matched.append((each, record))
            if each.code.bill is BillEffect.SETTLED:
                self.settled_count += 1
                self.settled_minor += each.settled_minor
        return matched

    def _records(self, batch_no: str, sequences: list[int]) -> Mapping[tuple[str, int], DebitRecord]:
        """Return the records of a chunk; most banks keep their order, so that they follow each other."""
        first, last = min(sequences), max(sequences)
        if last - first < len(sequences):
            return records_between(self._tx, batch_no, first, last)
        return records_at(self._tx, ((batch_no, each) for each in sequences))
