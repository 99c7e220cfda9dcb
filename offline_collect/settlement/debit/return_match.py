"""Matches a bank's file of debits that came back with what was sent, chunk by chunk: of fixed width, or camt.054."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, TypeGuard

from offline_collect.domain.bank_files import Difference
from offline_collect.domain.debits.bank_reports import of_end_to_end_id
from offline_collect.domain.debits.batches import Batch, DebitRecord
from offline_collect.domain.debits.matching import ReturnLine, return_differences
from offline_collect.domain.debits.reason_codes import ReasonCodes
from offline_collect.domain.debits.return_codes import BillEffect, ReturnCodes
from offline_collect.domain.errors import BankFileError, BankFileTakenError
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.digest import Digest
from offline_collect.files.fixed_width.layout import FixedLayout, Values
from offline_collect.files.iso20022.camt054 import (
    EntryDetail,
    NotificationHeader,
    NotificationPart,
    read_notification,
)
from offline_collect.files.iso20022.texts import ID_MAX
from offline_collect.files.read.source import open_plain
from offline_collect.settlement.bank_files.reading import Differences, chunks
from offline_collect.store import StoreTransaction
from offline_collect.store.debits.batches import find_batch
from offline_collect.store.debits.read_records import records_at
from offline_collect.store.debits.records import AT_ONCE
from offline_collect.store.debits.return_files import find_return_file

Returned = tuple[ReturnLine, DebitRecord]


@dataclass(frozen=True, slots=True)
class ReturnHead:
    """What a file says of itself.

    Attributes:
        file_no: the bank's number for it.
    """

    institution: str
    file_no: str
    date: dt.date
    currency: str


Part: TypeAlias = ReturnHead | list[ReturnLine]
ReadsReturns: TypeAlias = Callable[[StoreTransaction, BinaryIO, Path, Differences], Iterator[Part]]
"""Yields a file's head, then its records in chunks; what does not fit is counted, and may end it."""


def fixed_returns(layout: FixedLayout, codes: ReturnCodes) -> ReadsReturns:
    """Return what reads files of fixed width."""

    def read(
        _tx: StoreTransaction, stream: BinaryIO, _path: Path, differences: Differences
    ) -> Iterator[Part]:
        found = chunks(stream, layout, differences)
        header = next(found, None)
        if header is None:
            return
        made: dict[str, Any] = dict(header[0][1])
        yield ReturnHead(made["institution"], made["file_no"], made["date"], made["currency"])
        for chunk in found:
            yield [_line(line, values, codes) for line, values in chunk]

    return read


def _line(line: int, values: Values, codes: ReturnCodes) -> ReturnLine:
    made: dict[str, Any] = dict(values)
    return ReturnLine(
        line=line,
        batch_no=made["batch_no"],
        sequence=made["batch_sequence"],
        bill_no=made["bill_no"],
        amount_minor=made["amount"],
        code=codes.of(made["return_code"]),
    )


def notified_returns(reasons: ReasonCodes, codes: ReturnCodes) -> ReadsReturns:
    """Return what reads notifications (camt.054), whose returns name records by ``EndToEndId``.

    Only what is booked and came back is read: an account may have other business.
    """

    def read(tx: StoreTransaction, stream: BinaryIO, path: Path, differences: Differences) -> Iterator[Part]:
        stream.seek(0)
        found = _Notified(tx, differences, reasons, codes)
        chunk: list[ReturnLine] = []
        for part in read_notification(stream, path):
            if isinstance(part, NotificationHeader):
                found.header = part
            elif _is_return(part):
                before, line = found.head, found.line(part)
                if before is None and found.head is not None:
                    yield found.head
                chunk.extend([] if line is None else [line])
                if len(chunk) == AT_ONCE:
                    yield chunk
                    chunk = []
        if chunk:
            yield chunk
        elif found.head is None:
            differences.add(Difference(0, Phrase("no debit of ours came back in it")))

    return read


def has_returns(path: Path) -> bool:
    """Whether any debit came back in a notification.

    Raises:
        FileError: it cannot be read, or is no notification.
    """
    with open_plain(path) as stream:
        return any(_is_return(part) for part in read_notification(stream, path))


def _is_return(part: NotificationPart) -> TypeGuard[EntryDetail]:
    return isinstance(part, EntryDetail) and part.is_return and part.entry.is_booked


class _Notified:
    """The returns of one notification. All are of one institution and currency: those of the first one's batch."""

    def __init__(
        self, tx: StoreTransaction, differences: Differences, reasons: ReasonCodes, codes: ReturnCodes
    ) -> None:
        self._tx = tx
        self._differences = differences
        self._reasons = reasons
        self._codes = codes
        self._batches: dict[str, Batch | None] = {}
        self.header: NotificationHeader | None = None
        self.head: ReturnHead | None = None

    def line(self, detail: EntryDetail) -> ReturnLine | None:
        """Return a return; None if it is of no batch of ours, or says too little."""
        name = detail.end_to_end_id or "-"
        place = of_end_to_end_id(name)
        batch = None if place is None else self._batch(place[0])
        if place is None or batch is None:
            self._differs(detail, Phrase("record {number} was never sent", number=name))
            return None
        if detail.amount_minor is None:
            self._differs(detail, Phrase("record {number} has no amount", number=name))
            return None
        head = self._head(batch, detail)
        if head is None:
            return None
        if not detail.currency == batch.currency == head.currency:
            self._differs(detail, Phrase("record {number} is in another currency", number=name))
            return None
        code = self._codes.of(self._reasons.of(detail.reasons))
        return ReturnLine(
            line=detail.line,
            batch_no=batch.batch_no,
            sequence=place[1],
            bill_no=None,
            amount_minor=detail.amount_minor,
            code=code,
        )

    def _head(self, batch: Batch, detail: EntryDetail) -> ReturnHead | None:
        if self.head is None:
            assert self.header is not None, "the first part of the message"
            date = _date(self.header.created)
            if date is None or len(self.header.message_id) > ID_MAX:
                self._differs(detail, Phrase("GrpHdr has no number and date that can be kept"))
                return None
            self.head = ReturnHead(batch.institution, self.header.message_id, date, batch.currency)
        return self.head

    def _batch(self, batch_no: str) -> Batch | None:
        if batch_no not in self._batches:
            found = find_batch(self._tx, batch_no)
            self._batches[batch_no] = None if found is None else found.batch
        return self._batches[batch_no]

    def _differs(self, detail: EntryDetail, reason: Phrase) -> None:
        self._differences.add(Difference(detail.line, reason))


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


class ReturnMatch:
    """One reading of a file against what was sent.

    Attributes:
        differences: what does not match; if there is any, nothing may be taken.
        head: None until it was read.
        count: of the returns, so far.
        total_minor: their sum.
        merchants: whose mandates the file changes.
    """

    def __init__(self, tx: StoreTransaction, read: ReadsReturns, path: Path) -> None:
        self._tx = tx
        self._read = read
        self._path = path
        self._seen: set[tuple[str, int]] = set()
        self.differences = Differences()
        self.head: ReturnHead | None = None
        self.count = 0
        self.total_minor = 0
        self.merchants: set[str] = set()

    def matched(self, stream: BinaryIO) -> Iterator[list[Returned]]:
        """Yield the returns that match, in chunks; at the end, all differences are known."""
        for part in self._read(self._tx, stream, self._path, self.differences):
            if isinstance(part, ReturnHead):
                self.head = part
            else:
                assert self.head is not None, "it comes first"
                yield self._chunk(part, self.head)

    def refuse(self, digest: Digest) -> None:
        """Refuse a file that does not match, or was taken before.

        Raises:
            BankFileError: it is so.
        """
        path = self._path
        self.differences.refuse(
            Phrase("{path}: is not of what was sent, so nothing of it was taken:", path=str(path))
        )
        assert self.head is not None, "a file without a head differs"
        if not (self.merchants or self._tx.scope.whole):
            # Whether another bank has taken a file of this number is not theirs to learn.
            raise BankFileError(Phrase("{path}: no debit that you may see came back in it", path=str(path)))
        found = find_return_file(self._tx, self.head.institution, self.head.file_no, digest.sha256)
        if found is not None:
            taken = BankFileTakenError if found.sha256 == digest.sha256 else BankFileError
            raise taken(
                Phrase(
                    "{path}: was taken before, as file {file_no} of {institution}",
                    path=str(path),
                    file_no=found.file_no,
                    institution=found.institution,
                )
            )

    def _chunk(self, lines: list[ReturnLine], head: ReturnHead) -> list[Returned]:
        there = records_at(self._tx, ((each.batch_no, each.sequence) for each in lines), head.institution)
        matched = []
        for each in lines:
            place = (each.batch_no, each.sequence)
            record = there.get(place)
            found = return_differences(each, record, head.currency, repeated=place in self._seen)
            self.differences.extend(found)
            if each.code.bill is BillEffect.SETTLED:
                reason = Phrase(
                    "record {number} comes back, but says that it is settled", number=each.sequence
                )
                self.differences.add(Difference(each.line, reason))
            self._seen.add(place)
            if record is not None:
                matched.append((each, record))
                self.merchants.add(record.merchant_id)
        self.count += len(lines)
        self.total_minor += sum(each.amount_minor for each in lines)
        return matched
