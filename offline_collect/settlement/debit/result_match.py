"""Matches a bank's file of results with its batch, chunk by chunk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from offline_collect.domain.debits.return_codes import BillEffect, ReturnCode, ReturnCodes, settled_problem
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.fixed_width.layout import FixedLayout, Values
from offline_collect.files.fixed_width.read import FixedDetails
from offline_collect.settlement.bank_files.reading import Differences, columns
from offline_collect.store import StoreTransaction
from offline_collect.store.debits.batches import find_batch
from offline_collect.store.debits.read_records import (
    Asked,
    RecordRow,
    asked_between,
    asked_of,
    records_at,
    records_between,
)

Matched = tuple[ResultLine, DebitRecord]


@dataclass(frozen=True, slots=True)
class MatchedInOrder:
    """Results that match their records, in the order of the batch.

    Attributes:
        line: of the first one.
        values: of the file's fields, by column.
        codes: what the bank's table says of each.
        records: as they are stored.
    """

    line: int
    values: Mapping[str, Any]
    codes: Sequence[ReturnCode]
    records: Sequence[RecordRow]

    def matched(self, places: Iterable[int]) -> list[Matched]:
        """Return some of them one by one."""
        return [(self._line(place), self.records[place].record) for place in places]

    def _line(self, place: int) -> ResultLine:
        values = self.values
        return ResultLine(
            line=self.line + place,
            sequence=values["sequence"][place],
            bill_no=values["bill_no"][place],
            amount_minor=values["amount"][place],
            code=self.codes[place],
            settled_minor=values["settled_amount"][place],
            core_serial=values["core_serial"][place],
            reason=values["reason"][place],
        )


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

    def look(self, stream: BinaryIO) -> None:
        """Read a file without its batch's records as they are; afterwards all differences are known, and the sums."""
        for details in self._details(stream):
            if not self._plain(details, self._asked(details)):
                self._chunk(details)

    def matched(self, stream: BinaryIO) -> Iterator[MatchedInOrder | list[Matched]]:
        """Yield the records that match, in chunks; at the end, all differences are known."""
        for details in self._details(stream):
            records = self._in_order(details)
            if self._plain(details, [asked_of(each) for each in records]):
                values: Mapping[str, Any] = details.columns
                codes = list(map(self._codes.of, values["return_code"]))
                yield MatchedInOrder(details.line, values, codes, records)
            else:
                yield self._chunk(details)

    def _details(self, stream: BinaryIO) -> Iterator[FixedDetails]:
        for found in columns(stream, self._layout, self.differences):
            if isinstance(found, FixedDetails):
                yield found
            elif not self._begin(found.values):
                return
        if self.batch is not None:
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

    def _plain(self, details: FixedDetails, asked: Sequence[Asked]) -> bool:
        """Whether details are just what was asked for; if so, they are counted."""
        values: Mapping[str, Any] = details.columns
        sequences = values["sequence"]
        if list(zip(sequences, values["bill_no"], values["amount"], strict=True)) != asked:
            return False
        if self._seen.find(1, sequences[0], sequences[-1] + 1) >= 0:
            return False
        count = minor = 0
        answers = Counter(zip(values["return_code"], values["amount"], values["settled_amount"], strict=True))
        for (code, amount, settled), times in answers.items():
            found = self._codes.of(code)
            if settled_problem(found, amount, settled) is not None:
                return False
            if found.bill is BillEffect.SETTLED:
                count += times
                minor += times * settled
        self._seen[sequences[0] : sequences[-1] + 1] = b"\x01" * details.lines
        self.settled_count += count
        self.settled_minor += minor
        return True

    def _asked(self, details: FixedDetails) -> Sequence[Asked]:
        """Return what was asked for, where a file keeps the order of its batch, as those of most banks do."""
        found = self._range(details)
        return [] if found is None else asked_between(self._tx, *found)

    def _in_order(self, details: FixedDetails) -> Sequence[RecordRow]:
        """Return the records themselves, likewise."""
        found = self._range(details)
        return [] if found is None else records_between(self._tx, *found)

    def _range(self, details: FixedDetails) -> tuple[str, int, int] | None:
        """Return the batch and the first and last of sequence numbers that follow each other."""
        assert self.batch is not None, "the header was read"
        sequences: Any = details.columns["sequence"]
        first, last = sequences[0], sequences[-1]
        return (self.batch.batch_no, first, last) if last - first + 1 == details.lines else None

    def _lines(self, details: FixedDetails) -> list[ResultLine]:
        values: Mapping[str, Any] = details.columns
        return list(
            map(
                ResultLine,
                range(details.line, details.line + details.lines),
                values["sequence"],
                values["bill_no"],
                values["amount"],
                map(self._codes.of, values["return_code"]),
                values["settled_amount"],
                values["core_serial"],
                values["reason"],
            )
        )

    def _chunk(self, details: FixedDetails) -> list[Matched]:
        """Return the records of details of which some do not match, or are in another order; count differences."""
        assert self.batch is not None, "the header was read"
        batch, lines = self.batch, self._lines(details)
        there = records_at(self._tx, ((batch.batch_no, each.sequence) for each in lines))
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
