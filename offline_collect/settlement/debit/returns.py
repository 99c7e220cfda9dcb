"""Takes a bank's file of debits that came back: posted on the open day, also for settled days, whole or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.debits.batches import DebitRecord, RecordState
from offline_collect.domain.debits.matching import ReturnLine
from offline_collect.domain.debits.return_codes import MandateEffect
from offline_collect.domain.debits.returns import can_come_back, decide_return
from offline_collect.domain.decisions.deciding import Context, Terms
from offline_collect.domain.effects import Effects
from offline_collect.domain.errors import BankFileError
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.digest import Digest, digest_stream
from offline_collect.files.read.source import open_plain
from offline_collect.settlement.bank_files.reading import changed_meanwhile
from offline_collect.settlement.bank_files.taking import take_at_once
from offline_collect.settlement.debit.return_match import ReadsReturns, Returned, ReturnMatch
from offline_collect.store import (
    SqlStore,
    StoreTransaction,
    append_audit,
    hold_day,
    lock_facts,
)
from offline_collect.store.backoffice.mandates import hold_mandates
from offline_collect.store.debits.bank_decisions import BankDecision, decide_by_bank
from offline_collect.store.debits.records import ReturnChange, return_records, write_postings_of_debits
from offline_collect.store.debits.return_files import ReturnFile, add_return_file


@dataclass(frozen=True, slots=True)
class TakenReturns:
    """A file of debits that came back."""

    file_no: str
    count: int
    total_minor: int
    currency: str


def ingest_returns(
    store: SqlStore,
    path: Path,
    read: ReadsReturns,
    acting: tuple[Actor, dt.datetime],
) -> TakenReturns:
    """Take a file of debits that came back.

    Args:
        read: reads the file: of fixed width, or a message of ISO 20022.
        acting: who takes it, and when.

    Raises:
        NotPermittedError: the actor may not do it.
        BankFileError: it was taken before, or does not match what was sent; names every difference, up to a bound.
        FileError: it cannot be read.
        StoreError: the store was busy too long; nothing was taken.
    """
    acting[0].require(Permission.DEBIT)
    with open_plain(path) as stream:
        digest = digest_stream(stream)
        with store.snapshot() as reading:
            match = ReturnMatch(reading, read, path)
            for _ in match.matched(stream):
                pass
            match.refuse(digest)

        def take(tx: StoreTransaction, first: int) -> TakenReturns:
            applied = ReturnMatch(tx, read, path)
            return _Taking(tx, applied, first, acting).take(path, stream, match, digest)

        return take_at_once(store, path, match.count, take)


class _Taking:
    """The application of one file, in one transaction."""

    def __init__(
        self,
        tx: StoreTransaction,
        match: ReturnMatch,
        first_number: int,
        acting: tuple[Actor, dt.datetime],
    ) -> None:
        self._tx = tx
        self._match = match
        self._next_number = first_number
        self._actor, self._now = acting
        self._day = hold_day(tx).day

    def take(self, path: Path, stream: BinaryIO, first: ReturnMatch, digest: Digest) -> TakenReturns:
        for merchant_id in sorted(first.merchants):
            hold_mandates(self._tx, merchant_id)
        for chunk in self._match.matched(stream):
            self._match.refuse(digest)
            self._apply(chunk)
        self._match.refuse(digest)
        if digest_stream(stream) != digest:
            raise changed_meanwhile(path)
        return self._finish(digest)

    def _apply(self, chunk: Sequence[Returned]) -> None:
        facts = Facts(self._day)
        wants = Wants()
        for _, record in chunk:
            wants.keys.add(f"B|{record.batch_no}|{record.sequence}")
            wants.merchants.add(record.merchant_id)
            wants.bills.add((record.merchant_id, record.bill_no))
        lock_facts(self._tx, wants, facts)
        effects, changes = [], []
        for line, record in chunk:
            made, change = self._decide(line, record, facts)
            facts.apply(made)
            effects.append(made)
            changes.append(change)
        write_postings_of_debits(self._tx, effects)
        return_records(self._tx, changes)
        for line, record in chunk:
            if line.code.mandate is not MandateEffect.KEPT:
                why = f"{line.code.code} {line.code.says}, came back of {record.batch_no}/{record.sequence}"
                decision = BankDecision(record.merchant_id, record.mandate_ref, line.code.mandate, why)
                decide_by_bank(self._tx, decision, self._day.date, self._actor, self._now)

    def _decide(self, line: ReturnLine, record: DebitRecord, facts: Facts) -> tuple[Effects, ReturnChange]:
        assert record.payment_serial is not None, "a settled record has its payment"
        payment = facts.payments[record.payment_serial]
        if not can_come_back(payment):
            raise BankFileError(
                Phrase(
                    "line {line}: record {batch_no}/{sequence}: its payment {name} is {state}, so the"
                    " money has gone already; nothing of the file was taken",
                    line=line.line,
                    batch_no=record.batch_no,
                    sequence=record.sequence,
                    name=payment.name,
                    state=payment.state.value,
                )
            )
        context = Context(self._now, self._next_number, Terms())
        self._next_number += 1
        made = decide_return(record, payment, line.code, facts, context)
        days = line.code.again_after
        retry_on = None if days is None else self._day.date + dt.timedelta(days=days)
        change = ReturnChange(
            record=record,
            state=RecordState.RETURNED,
            return_code=line.code.code,
            return_serial=context.serial(self._day.date),
            retry_on=retry_on,
        )
        return made, change

    def _finish(self, digest: Digest) -> TakenReturns:
        head = self._match.head
        assert head is not None, "it matched"
        taken = ReturnFile(
            institution=head.institution,
            file_no=head.file_no,
            file_date=head.date,
            sha256=digest.sha256,
            file_bytes=digest.size,
            record_count=self._match.count,
            total_minor=self._match.total_minor,
            business_date=self._day.date,
            taken_by=self._actor.name,
            taken_at=self._now,
        )
        add_return_file(self._tx, taken)
        subject = Subject(SubjectType.DEBIT_FILE, taken.file_no)
        after = {
            "institution": taken.institution,
            "sha256": taken.sha256,
            "records": taken.record_count,
            "total_minor": taken.total_minor,
        }
        append_audit(self._tx, self._actor, "debit return", subject, None, after, self._now)
        return TakenReturns(taken.file_no, taken.record_count, taken.total_minor, head.currency)
