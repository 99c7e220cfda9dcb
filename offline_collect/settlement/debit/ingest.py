"""Takes a bank's result: matched with its batch in every record, then applied in one transaction, or refused whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.debits.batches import BATCH_LIFE, Batch, BatchEvent
from offline_collect.domain.debits.return_codes import ReturnCodes
from offline_collect.domain.facts import Facts
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.digest import Digest, digest_stream
from offline_collect.files.fixed_width.layout import FixedLayout
from offline_collect.files.read.source import open_plain
from offline_collect.settlement.bank_files.reading import changed_meanwhile
from offline_collect.settlement.bank_files.taking import refuse_taken, take_at_once
from offline_collect.settlement.debit.apply_results import ApplyingResults
from offline_collect.settlement.debit.result_match import MatchedInOrder, ResultMatch
from offline_collect.store import (
    SqlStore,
    StoreTransaction,
    append_audit,
    hold_day,
)
from offline_collect.store.debits.batches import set_batch

_TAKEN = BATCH_LIFE[BatchEvent.TAKEN]


@dataclass(frozen=True, slots=True)
class TakenResult:
    """A result that was taken.

    Attributes:
        settled_count: records that the bank has debited.
        settled_minor: their sum.
    """

    batch: Batch
    settled_count: int
    settled_minor: int


def ingest_result(
    store: SqlStore,
    path: Path,
    layout: FixedLayout,
    codes: ReturnCodes,
    acting: tuple[Actor, dt.datetime],
) -> TakenResult:
    """Take a file of results.

    Args:
        acting: who takes it, and when.

    Raises:
        NotPermittedError: the actor may not do it.
        BankFileError: it was taken before, or does not match; names every difference, up to a bound.
        FileError: it cannot be read.
        StoreError: the store was busy too long; nothing was taken.
    """
    acting[0].require(Permission.DEBIT)
    with open_plain(path) as stream:
        digest = digest_stream(stream)
        with store.snapshot() as reading:
            refuse_taken(reading, path, digest)
            match = ResultMatch(reading, layout, codes, locks=False)
            match.look(stream)
            match.differences.refuse(_refused(path))

        def take(tx: StoreTransaction, first: int) -> TakenResult:
            facts = hold_day(tx)
            applied = ResultMatch(tx, layout, codes, locks=True)
            return _Taking(tx, facts, applied, first, acting).take(path, stream, digest)

        return take_at_once(store, path, match.settled_count, take)


def _refused(path: Path) -> str:
    return Phrase("{path}: is not the result of its batch, so nothing of it was taken:", path=str(path))


class _Taking:
    """The application of one file, in one transaction."""

    def __init__(
        self,
        tx: StoreTransaction,
        facts: Facts,
        match: ResultMatch,
        first_number: int,
        acting: tuple[Actor, dt.datetime],
    ) -> None:
        self._tx = tx
        self._match = match
        self._applying = ApplyingResults(tx, facts, first_number, acting)
        self._actor, self._now = acting

    def take(self, path: Path, stream: BinaryIO, digest: Digest) -> TakenResult:
        for chunk in self._match.matched(stream):
            self._match.differences.refuse(_refused(path))
            assert self._match.batch is not None, "its records matched"
            if isinstance(chunk, MatchedInOrder):
                self._applying.apply_in_order(self._match.batch, chunk)
            else:
                self._applying.apply(self._match.batch, chunk)
        # It may have been taken, or its batch cancelled, since it was first read.
        self._match.differences.refuse(_refused(path))
        if digest_stream(stream) != digest or self._match.batch is None:
            raise changed_meanwhile(path)
        return self._finish(self._match.batch, digest)

    def _finish(self, batch: Batch, digest: Digest) -> TakenResult:
        count, settled = self._match.settled_count, self._match.settled_minor
        values = {
            "state": _TAKEN.target.value,
            "result_sha256": digest.sha256,
            "result_bytes": digest.size,
            "settled_count": count,
            "settled_minor": settled,
            "ended_by": self._actor.name,
            "ended_at": self._now,
        }
        set_batch(self._tx, batch.batch_no, values)
        after = {
            "state": _TAKEN.target.value,
            "sha256": digest.sha256,
            "records": self._applying.states,
            "settled_minor": settled,
        }
        subject = Subject(SubjectType.DEBIT_BATCH, batch.batch_no, batch.merchant_id)
        before = {"state": batch.state.value}
        append_audit(self._tx, self._actor, "debit ingest", subject, before, after, self._now)
        return TakenResult(batch, count, settled)
