"""Applies results of debits that match their batch, however the bank has told them: payment, bill, mandate, another attempt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.bills import Bill
from offline_collect.domain.debits.batches import Batch, DebitRecord
from offline_collect.domain.debits.matching import ResultLine
from offline_collect.domain.debits.results import RecordOutcome, RecordResult, decide_result
from offline_collect.domain.debits.return_codes import MandateEffect
from offline_collect.domain.decisions.deciding import Context, Terms
from offline_collect.domain.facts import Facts
from offline_collect.settlement.debit.result_match import Matched
from offline_collect.store import StoreTransaction, locked_bills, require_merchant
from offline_collect.store.backoffice.mandates import hold_mandates
from offline_collect.store.debits.bank_decisions import BankDecision, decide_by_bank
from offline_collect.store.debits.batch_bills import leave_batch
from offline_collect.store.debits.records import RecordChange, change_records, write_postings_of_results

_TERMS = Terms()
"""The bank's settings for terminals' payments have no part in a result."""


class ApplyingResults:
    """The application of one file's results, in one transaction.

    Args:
        facts: with the open day, held.
        first_number: the first of the numbers that were taken for its payments.
        acting: who takes the file, and when.
    """

    def __init__(
        self, tx: StoreTransaction, facts: Facts, first_number: int, acting: tuple[Actor, dt.datetime]
    ) -> None:
        self._tx = tx
        self._facts = facts
        self._next_number = first_number
        self._actor, self._now = acting
        self._states: dict[str, int] = {}

    @property
    def states(self) -> dict[str, int]:
        """How many records went to each state."""
        return dict(sorted(self._states.items()))

    def apply(self, batch: Batch, chunk: Sequence[Matched]) -> None:
        """Apply some results of a batch, which the transaction has locked."""
        if batch.merchant_id not in self._facts.merchants:
            hold_mandates(self._tx, batch.merchant_id)
            self._facts.merchants[batch.merchant_id] = require_merchant(self._tx, batch.merchant_id)
        there = locked_bills(self._tx, batch.merchant_id, (record.bill_no for _, record in chunk))
        self._facts.bills = {
            (batch.merchant_id, record.bill_no): there.get(record.bill_no) for _, record in chunk
        }
        outcomes = [self._decide(batch, line, record) for line, record in chunk]
        # Bills are written once, with their new amounts, as they leave the batch.
        write_postings_of_results(self._tx, [each.effects for each in outcomes])
        changes = [
            self._change(line, record, outcome)
            for (line, record), outcome in zip(chunk, outcomes, strict=True)
        ]
        change_records(self._tx, changes)
        leave_batch(self._tx, list(self._leaving(chunk, outcomes)))
        self._decide_mandates(batch, chunk, outcomes)

    def _leaving(self, chunk: Sequence[Matched], outcomes: Sequence[RecordOutcome]) -> Iterator[Bill]:
        """Yield the bills that leave the batch, as they are afterwards."""
        for (_, record), outcome in zip(chunk, outcomes, strict=True):
            bill = self._facts.bills[record.merchant_id, record.bill_no]
            if outcome.opens and bill is not None:
                yield outcome.effects.bills[0] if outcome.effects.bills else bill

    def _decide(self, batch: Batch, line: ResultLine, record: DebitRecord) -> RecordOutcome:
        context = Context(self._now, self._next_number, _TERMS)
        result = RecordResult(line.code, line.settled_minor, line.core_serial, line.reason)
        outcome = decide_result(batch, record, result, self._facts, context)
        if outcome.payment_serial is not None:
            self._next_number += 1
        self._states[outcome.state.value] = self._states.get(outcome.state.value, 0) + 1
        return outcome

    def _change(self, line: ResultLine, record: DebitRecord, outcome: RecordOutcome) -> RecordChange:
        bill = self._facts.bills[record.merchant_id, record.bill_no]
        return RecordChange(
            record=record,
            state=outcome.state,
            return_code=line.code.code,
            settled_minor=line.settled_minor,
            core_serial=line.core_serial,
            reason=line.reason,
            retry_on=outcome.retry_on,
            payment_serial=outcome.payment_serial,
            live_bill=None if outcome.opens or bill is None else bill.bill_id,
        )

    def _decide_mandates(
        self, batch: Batch, chunk: Sequence[Matched], outcomes: Sequence[RecordOutcome]
    ) -> None:
        for (line, record), outcome in zip(chunk, outcomes, strict=True):
            if outcome.mandate is not MandateEffect.KEPT:
                why = f"{line.code.code} {line.code.says}, batch {batch.batch_no}/{record.sequence}"
                decision = BankDecision(batch.merchant_id, record.mandate_ref, outcome.mandate, why)
                decide_by_bank(self._tx, decision, self._facts.day.date, self._actor, self._now)
