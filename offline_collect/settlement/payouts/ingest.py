"""Takes a bank's result of a run: matched with it in every record, then applied in one transaction, or refused whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.errors import BankFileTakenError
from offline_collect.domain.reconciliation.classes import FollowUp, RowKind
from offline_collect.domain.reconciliation.items import PAYOUT_FAILED, ItemState
from offline_collect.domain.reconciliation.records import Item
from offline_collect.domain.settlement.entries import Books, SettlementEntry, payout_entries
from offline_collect.domain.settlement.payouts import (
    PAYOUT_LIFE,
    RUN_LIFE,
    Payout,
    PayoutState,
    Run,
    RunEvent,
)
from offline_collect.domain.settlement.results import PayoutCodes, PayoutLine
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.digest import Digest, digest_stream
from offline_collect.files.fixed_width.layout import FixedLayout
from offline_collect.files.read.source import open_plain
from offline_collect.settlement.bank_files.reading import changed_meanwhile
from offline_collect.settlement.bank_files.taking import take_at_once
from offline_collect.settlement.payouts.result_match import Matched, RunMatch
from offline_collect.store import SqlStore, StoreTransaction, append_audit, hold_day
from offline_collect.store.reconciliation.items import put_items
from offline_collect.store.settlement.dues import put_entries
from offline_collect.store.settlement.numbers import take_posting_numbers
from offline_collect.store.settlement.payouts import answer_payouts
from offline_collect.store.settlement.runs import run_by_result, set_run

_TAKEN = RUN_LIFE[RunEvent.TAKEN]


@dataclass(frozen=True, slots=True)
class TakenRun:
    """A result that was taken.

    Attributes:
        failed: how many payouts failed.
        booked_minor: the sum of the others, regardless of their sign.
    """

    run: Run
    failed: int
    booked_minor: int


def ingest_run(
    store: SqlStore,
    path: Path,
    layout: FixedLayout,
    codes: PayoutCodes,
    acting: tuple[Actor, dt.datetime],
) -> TakenRun:
    """Take a bank's result of a run.

    Args:
        acting: who takes it, and when.

    Raises:
        NotPermittedError: the actor may not do it.
        BankFileError: it was taken before, or does not match; names every difference, up to a bound.
        FileError: it cannot be read.
        StoreError: the store was busy too long; nothing was taken.
    """
    acting[0].require(Permission.SETTLE)
    with open_plain(path) as stream:
        digest = digest_stream(stream)
        with store.snapshot() as reading:
            _refuse_taken(reading, path, digest)
            match = RunMatch(reading, layout, codes, locks=False)
            for _ in match.matched(stream):
                pass
            match.differences.refuse(_refused(path))

        def take(tx: StoreTransaction, _: int) -> TakenRun:
            today = hold_day(tx).day.date
            applied = RunMatch(tx, layout, codes, locks=True)
            return _Taking(tx, applied, today, acting).take(path, stream, digest)

        return take_at_once(store, path, 0, take)


def _refused(path: Path) -> str:
    return Phrase("{path}: is not the result of its run, so nothing of it was taken:", path=str(path))


def _refuse_taken(tx: StoreTransaction, path: Path, digest: Digest) -> None:
    found = run_by_result(tx, digest.sha256)
    if found is not None:
        raise BankFileTakenError(
            Phrase(
                "{path}: was taken before, for run {run_no}, by {taken_by}",
                path=str(path),
                run_no=found.run.run_no,
                taken_by=str(found.story.taken_by),
            )
        )


class _Taking:
    """The application of one result, in one transaction."""

    def __init__(
        self,
        tx: StoreTransaction,
        match: RunMatch,
        today: BusinessDate,
        acting: tuple[Actor, dt.datetime],
    ) -> None:
        self._tx = tx
        self._match = match
        self._today = today
        self._actor, self._now = acting
        self._failed = 0

    def take(self, path: Path, stream: BinaryIO, digest: Digest) -> TakenRun:
        for chunk in self._match.matched(stream):
            self._match.differences.refuse(_refused(path))
            assert self._match.run is not None, "its payouts matched"
            self._apply(self._match.run, chunk)
        # It may have been taken since it was first read.
        self._match.differences.refuse(_refused(path))
        if digest_stream(stream) != digest or self._match.run is None:
            raise changed_meanwhile(path)
        return self._finish(self._match.run, digest)

    def _apply(self, run: Run, chunk: Sequence[Matched]) -> None:
        numbers = take_posting_numbers(self._tx, self._today, len(chunk))
        answered: list[Payout] = []
        entries: list[SettlementEntry] = []
        items: list[Item] = []
        for line, payout in chunk:
            found = _answered(line, payout)
            if found.state is PayoutState.FAILED:
                found = replace(found, failed_posting=next(numbers))
                entries += self._back(run, found)
                items.append(self._item(run, found))
            answered.append(found)
        answer_payouts(self._tx, answered)
        put_entries(self._tx, entries)
        put_items(self._tx, items)
        self._failed += len(items)

    def _back(self, run: Run, payout: Payout) -> tuple[SettlementEntry, ...]:
        """Return the posting that makes the money payable again."""
        assert payout.failed_posting is not None, "it was given"
        books = Books(payout.merchant_id, run.organisation_id, run.currency, self._today)
        return payout_entries(payout.failed_posting, books, payout.kind, -payout.amount_minor)

    def _item(self, run: Run, payout: Payout) -> Item:
        return Item(
            difference=PAYOUT_FAILED,
            follow_up=FollowUp.NOTE,
            state=ItemState.OPEN,
            institution=run.bank_number,
            business_date=run.business_date,
            kind=RowKind.PAYMENT,
            match_key=payout.reference,
            message_key=payout.reference,
            opened_at=self._now,
            merchant_id=payout.merchant_id,
            ours_minor=payout.amount_minor,
            currency=run.currency,
        )

    def _finish(self, run: Run, digest: Digest) -> TakenRun:
        count, minor = self._match.booked_count, self._match.booked_minor
        state = _TAKEN.target.value
        values = {
            "state": state,
            "result_sha256": digest.sha256,
            "result_bytes": digest.size,
            "booked_count": count,
            "booked_minor": minor,
            "taken_by": self._actor.name,
            "taken_at": self._now,
        }
        set_run(self._tx, run.run_no, values)
        after = {
            "state": state,
            "sha256": digest.sha256,
            "booked": count,
            "booked_minor": minor,
            "failed": self._failed,
        }
        subject = Subject(SubjectType.PAYOUT_RUN, run.run_no)
        append_audit(
            self._tx, self._actor, "settle ingest", subject, {"state": run.state.value}, after, self._now
        )
        return TakenRun(run, self._failed, minor)


def _answered(line: PayoutLine, payout: Payout) -> Payout:
    assert line.code is not None, "a code that is in no table is a difference"
    step = PAYOUT_LIFE[line.code.payout.event]
    assert payout.state in step.sources, "its run waits for the result"
    return replace(
        payout,
        state=step.target,
        return_code=line.return_code,
        core_serial=line.core_serial,
        reason=line.reason,
    )
