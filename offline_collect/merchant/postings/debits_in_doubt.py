"""Resolves debits whose result left doubt, by what the bank has said when it was asked (docs/day-end.md, Batch debit)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.bills import Bill
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.debits.batches import Batch, DebitRecord, RecordState
from offline_collect.domain.debits.in_doubt import BankSays, DoubtRefusal, doubt_refusal
from offline_collect.domain.debits.results import RecordOutcome, RecordResult, decide_result, doubt_key
from offline_collect.domain.debits.return_codes import MandateEffect
from offline_collect.domain.decisions.deciding import Context, Terms
from offline_collect.domain.effects import ItemKind
from offline_collect.domain.errors import DebitError
from offline_collect.domain.facts import Facts
from offline_collect.domain.money import format_major
from offline_collect.domain.reconciliation.classes import FollowUp
from offline_collect.domain.reconciliation.items import ItemEvent
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.requests import (
    ASKS_FIRST,
    Asked,
    DualControl,
    Request,
    ask,
)
from offline_collect.merchant.entry.free_text import reason_of, reference_of
from offline_collect.merchant.imports.lifecycle import patiently
from offline_collect.store import (
    SqlStore,
    StoreTransaction,
    append_audit,
    hold_day,
    locked_bills,
    require_merchant,
    take_serial_numbers,
)
from offline_collect.store.backoffice.lapsed_requests import RESOLVED_OTHERWISE, lapse_about
from offline_collect.store.backoffice.mandates import hold_mandates
from offline_collect.store.debits.bank_decisions import BankDecision, decide_by_bank
from offline_collect.store.debits.batches import get_batch
from offline_collect.store.debits.read_records import AnsweredRecord, get_answered
from offline_collect.store.debits.records import (
    CORE_SERIAL_MOST,
    RecordChange,
    change_records,
    open_bills_again,
    write_postings_of_debits,
)
from offline_collect.store.reconciliation.items import (
    Ending,
    end_item,
    forget_waiting,
    open_item_about,
)

_ACTION = DualAction.DEBIT_RESOLVE


@dataclass(frozen=True, slots=True)
class DoubtOrder:
    """A debit to resolve.

    Attributes:
        reason: who has said it, and how it was found out.
    """

    batch_no: str
    sequence: int
    said: BankSays
    reason: str


@dataclass(frozen=True, slots=True)
class ResolvedDebit:
    """A debit that was resolved.

    Attributes:
        state: its new state.
        payment_serial: the payment; None for a refused one.
        in_suspense: whether the bill could not take the payment.
        mandate: what has become of the mandate: KEPT if it had ended before.
    """

    batch: Batch
    bill_no: str
    state: RecordState
    settled_minor: int
    payment_serial: str | None
    in_suspense: bool
    mandate: MandateEffect


def resolve_debit(
    store: SqlStore, order: DoubtOrder, actor: Actor, now: dt.datetime, control: DualControl = ASKS_FIRST
) -> ResolvedDebit | Asked:
    """Settle or refuse a LOCKED debit; needs two people.

    Raises:
        NotPermittedError: the actor may not do it.
        NotFoundError: there is no such batch or debit.
        TextError: the reason or reference cannot be kept.
        DebitError: it is not LOCKED, or the amount is none that was asked for.
        StoreError: the store was busy too long, cannot be reached, or no business day is open.
    """
    actor.require(Permission.DEBIT)
    said = order.said
    reference = None if said.reference is None else reference_of(said.reference, CORE_SERIAL_MOST)
    order = replace(order, reason=reason_of(order.reason), said=replace(said, reference=reference))
    if control.asks(actor):
        with store.transaction() as tx:
            batch, found = _in_doubt(tx, order)
            return ask(tx, _request(batch, found, order), actor, now, control)
    with store.snapshot() as reading:
        _in_doubt(reading, order)
    number = take_serial_numbers(store, 1)

    def work(tx: StoreTransaction) -> ResolvedDebit:
        return _resolve(tx, order, Context(now, number, Terms()), actor, control)

    return patiently(store, work)


def resolve_debit_approved(
    store: SqlStore, payload: Mapping[str, Any], actor: Actor, now: dt.datetime, control: DualControl
) -> ResolvedDebit | Asked:
    """Carry out an approved request to resolve a debit."""
    said = BankSays(payload.get("amount_minor"), MandateEffect(payload["mandate"]), payload.get("reference"))
    order = DoubtOrder(payload["batch"], payload["sequence"], said, payload["reason"])
    return resolve_debit(store, order, actor, now, control)


def place_of(order: DoubtOrder) -> Phrase:
    """Return which debit an order is about."""
    return Phrase("debit {sequence} of batch {batch_no}", sequence=order.sequence, batch_no=order.batch_no)


def _in_doubt(tx: StoreTransaction, order: DoubtOrder, *, lock: bool = False) -> tuple[Batch, AnsweredRecord]:
    """Return the batch and the record."""
    batch = get_batch(tx, order.batch_no, lock=lock).batch
    found = get_answered(tx, order.batch_no, order.sequence, lock=lock)
    place = place_of(order)
    match doubt_refusal(found.record, order.said):
        case None:
            return batch, found
        case DoubtRefusal.NOT_IN_DOUBT:
            raise DebitError(
                Phrase(
                    "{place} is {state}: only a LOCKED one is in doubt",
                    place=place,
                    state=found.record.state.value,
                )
            )
        case DoubtRefusal.NOTHING_SETTLED:
            raise DebitError(
                Phrase(
                    "{place}: a settled amount is more than 0; --refused says that nothing was debited",
                    place=place,
                )
            )
        case DoubtRefusal.MORE_THAN_ASKED:
            asked = format_major(found.record.amount_minor, batch.currency)
            raise DebitError(
                Phrase("{place} asked for {asked}: no more can be settled", place=place, asked=asked)
            )


def _resolve(
    tx: StoreTransaction, order: DoubtOrder, context: Context, actor: Actor, control: DualControl
) -> ResolvedDebit:
    facts = hold_day(tx)
    batch, found = _in_doubt(tx, order, lock=True)
    bill = _hold(tx, facts, batch, found.record.bill_no)
    assert found.return_code is not None, "a LOCKED record has a return code"
    result = order.said.result(found.return_code)
    outcome = decide_result(batch, found.record, result, facts, context)
    write_postings_of_debits(tx, [outcome.effects])
    change_records(tx, [_change(found, result, outcome)])
    if bill is not None:
        open_bills_again(tx, [bill.bill_id])
    mandate = _decide_mandate(tx, order, found.record, facts.day.date, (actor, context.now))
    resolved = ResolvedDebit(
        batch=batch,
        bill_no=found.record.bill_no,
        state=outcome.state,
        settled_minor=result.settled_minor,
        payment_serial=outcome.payment_serial,
        in_suspense=outcome.payment_serial is not None and not outcome.effects.bills,
        mandate=mandate,
    )
    control.take(tx)
    _end_item(tx, order, facts.day.date, (actor, context.now))
    subject = Subject(SubjectType.DEBIT_BATCH, batch.batch_no, batch.merchant_id)
    before = {"sequence": order.sequence, "state": found.record.state.value}
    after = _described(order, resolved)
    append_audit(tx, actor, _ACTION.value, subject, before, after, context.now)
    return resolved


def _end_item(
    tx: StoreTransaction, order: DoubtOrder, open_day: BusinessDate, acting: tuple[Actor, dt.datetime]
) -> None:
    """End the item of the doubt, which waits for the same answer, and what was asked for about it.

    Before the cutover of its day there is none yet, and then there is to be none.
    """
    actor, now = acting
    key = doubt_key(order.batch_no, order.sequence)
    forget_waiting(tx, key, open_day)
    lapse_about(tx, _ACTION, _subject(order), RESOLVED_OTHERWISE, acting)
    item_no = open_item_about(tx, ItemKind.DEBIT_IN_DOUBT.value, key)
    if item_no is not None:
        end_item(tx, item_no, Ending(ItemEvent.NOTED, actor.name, now, FollowUp.NOTE, note=order.reason))
        lapse_about(tx, DualAction.RECON_RESOLVE, str(item_no), RESOLVED_OTHERWISE, (actor, now))


def _hold(tx: StoreTransaction, facts: Facts, batch: Batch, bill_no: str) -> Bill | None:
    """Read what the decision needs, in the order in which a bank's result locks it."""
    merchant_id = batch.merchant_id
    hold_mandates(tx, merchant_id)
    facts.merchants[merchant_id] = require_merchant(tx, merchant_id)
    bill = locked_bills(tx, merchant_id, [bill_no]).get(bill_no)
    facts.bills[merchant_id, bill_no] = bill
    return bill


def _change(found: AnsweredRecord, result: RecordResult, outcome: RecordOutcome) -> RecordChange:
    return RecordChange(
        record=found.record,
        state=outcome.state,
        return_code=found.return_code,
        settled_minor=result.settled_minor,
        core_serial=result.core_serial or found.core_serial,
        reason=found.reason,
        retry_on=outcome.retry_on,
        payment_serial=outcome.payment_serial,
        live_bill=None,
    )


def _decide_mandate(
    tx: StoreTransaction,
    order: DoubtOrder,
    record: DebitRecord,
    day: BusinessDate,
    acting: tuple[Actor, dt.datetime],
) -> MandateEffect:
    effect = order.said.mandate
    if effect is MandateEffect.KEPT:
        return effect
    decision = BankDecision(record.merchant_id, record.mandate_ref, effect, order.reason)
    return effect if decide_by_bank(tx, decision, day, *acting) else MandateEffect.KEPT


def _request(batch: Batch, found: AnsweredRecord, order: DoubtOrder) -> Request:
    payload = {
        "batch": batch.batch_no,
        "sequence": order.sequence,
        "bill_no": found.record.bill_no,
        "as": _state_said(order).value,
        "amount_minor": order.said.settled_minor,
        "currency": batch.currency,
        "mandate": order.said.mandate.value,
        "reference": order.said.reference,
        "reason": order.reason,
    }
    given = {key: value for key, value in payload.items() if value is not None}
    return Request(_ACTION, batch.merchant_id, _subject(order), given)


def _subject(order: DoubtOrder) -> str:
    """Return what a request is about."""
    return f"{order.batch_no}/{order.sequence}"


def _state_said(order: DoubtOrder) -> RecordState:
    return RecordState.REFUSED if order.said.settled_minor is None else RecordState.SETTLED


def _described(order: DoubtOrder, resolved: ResolvedDebit) -> dict[str, Any]:
    described = {
        "sequence": order.sequence,
        "bill_no": resolved.bill_no,
        "state": resolved.state.value,
        "settled_minor": resolved.settled_minor,
        "payment": resolved.payment_serial,
        "mandate": resolved.mandate.value,
        "reference": order.said.reference,
        "reason": order.reason,
    }
    return {key: value for key, value in described.items() if value is not None}
