"""Applies results of debits that match their batch, however the bank has told them: payment, bill, mandate, another attempt."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.bills import Bill
from offline_collect.domain.debits.batches import Batch, DebitRecord
from offline_collect.domain.debits.in_full import InFull
from offline_collect.domain.debits.matching import ResultLine
from offline_collect.domain.debits.results import RecordOutcome, RecordResult, asked_up_to, decide_result
from offline_collect.domain.debits.return_codes import BillEffect, MandateEffect, ReturnCode
from offline_collect.domain.decisions.deciding import Context, Terms
from offline_collect.domain.facts import Facts
from offline_collect.domain.merchants import Merchant
from offline_collect.settlement.debit.in_full import find_in_full, paid_in_full
from offline_collect.settlement.debit.result_match import Matched, MatchedInOrder
from offline_collect.store import StoreTransaction, locked_bills, require_merchant
from offline_collect.store.backoffice.mandates import hold_mandates
from offline_collect.store.debits.bank_decisions import BankDecision, decide_by_bank
from offline_collect.store.debits.batch_bills import leave_batch
from offline_collect.store.debits.in_full import DebitedBills, write_paid_in_full
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
        self._states: Counter[str] = Counter()

    @property
    def states(self) -> dict[str, int]:
        """How many records went to each state."""
        return dict(sorted(self._states.items()))

    def apply(self, batch: Batch, chunk: Sequence[Matched]) -> None:
        """Apply some results of a batch, which the transaction has locked."""
        self._know(batch.merchant_id)
        there = locked_bills(self._tx, batch.merchant_id, (record.bill_no for _, record in chunk))
        self._apply_each(batch, chunk, there, self._contexts([line.code for line, _ in chunk]))

    def apply_in_order(self, batch: Batch, found: MatchedInOrder) -> None:
        """Apply results that are in the order of the batch; those that pay their bills in full, together."""
        rule = self._know(batch.merchant_id).late_fee
        there = DebitedBills(self._tx, batch.merchant_id, found.values["bill_no"])
        contexts = self._contexts(found.codes)
        on = asked_up_to(batch, self._facts.day.date)
        chosen = find_in_full(found, there, InFull(rule, on))
        if chosen.places:
            ((line, record),) = found.matched(chosen.places[:1])
            self._facts.bills = {(batch.merchant_id, record.bill_no): there.bill(record.bill_no)}
            first = self._decide(batch, line, record, contexts[chosen.places[0]])
            paid = paid_in_full(
                batch, found, chosen, [contexts[place] for place in chosen.places], self._facts.day.date
            )
            write_paid_in_full(self._tx, batch, paid, first.effects, on)
            self._states[first.state.value] += len(chosen.places) - 1
        if chosen.others:
            chunk = found.matched(chosen.others)
            bills = {record.bill_no: there.bill(record.bill_no) for _, record in chunk}
            self._apply_each(batch, chunk, bills, [contexts[place] for place in chosen.others])

    def _know(self, merchant_id: str) -> Merchant:
        """Return a batch's merchant, with its mandates held."""
        found = self._facts.merchants.get(merchant_id)
        if found is None:
            hold_mandates(self._tx, merchant_id)
            found = self._facts.merchants[merchant_id] = require_merchant(self._tx, merchant_id)
        return found

    def _contexts(self, codes: Sequence[ReturnCode]) -> list[Context]:
        """Return the context of each decision: one that moves money takes a number."""
        contexts = []
        for code in codes:
            contexts.append(Context(self._now, self._next_number, _TERMS))
            if code.bill is BillEffect.SETTLED:
                self._next_number += 1
        return contexts

    def _apply_each(
        self,
        batch: Batch,
        chunk: Sequence[Matched],
        there: Mapping[str, Bill | None],
        contexts: Sequence[Context],
    ) -> None:
        self._facts.bills = {
            (batch.merchant_id, record.bill_no): there.get(record.bill_no) for _, record in chunk
        }
        outcomes = [
            self._decide(batch, line, record, context)
            for (line, record), context in zip(chunk, contexts, strict=True)
        ]
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

    def _decide(self, batch: Batch, line: ResultLine, record: DebitRecord, context: Context) -> RecordOutcome:
        result = RecordResult(line.code, line.settled_minor, line.core_serial, line.reason)
        outcome = decide_result(batch, record, result, self._facts, context)
        self._states[outcome.state.value] += 1
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
