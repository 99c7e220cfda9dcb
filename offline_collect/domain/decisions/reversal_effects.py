"""The effects of a decided reversal: its row, its outcome, and the contra of the payment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.bills import Bill, Parts
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Reversal
from offline_collect.domain.decisions.deciding import Context, Decision
from offline_collect.domain.decisions.repeats import record
from offline_collect.domain.decisions.taking import notices
from offline_collect.domain.effects import (
    Effects,
    ItemKind,
    Notice,
    NoticeKind,
    ReconciliationItem,
    StateChange,
)
from offline_collect.domain.facts import BillKey, Facts
from offline_collect.domain.ledger.ledger import Entry, contra_entries
from offline_collect.domain.transactions import (
    ON_BILL,
    TOMBSTONE_FINGERPRINT,
    PaymentState,
    PostedPayment,
    PostedReversal,
    ReversalOutcome,
    Transaction,
    TransactionKind,
)
from offline_collect.domain.values import value

REVERSED = "this payment has been reversed"
"""Why a payment is refused that was reversed before it came."""


@value
class ReversalResult:
    """The outcome of a reversal.

    Attributes:
        item: the item for reconciliation; None if none.
    """

    answer: Answer
    did: ReversalOutcome
    item: ItemKind | None = None


def tombstone(
    key: str,
    institution: str,
    terminal: str,
    on: BusinessDate,
    received_at: dt.datetime,
    journal: str,
    cause: str = REVERSED,
) -> Transaction:
    """Return the tombstone: the row under an original's key that prevents its payment.

    Args:
        cause: the reason, in words; a payment that still comes is refused with it.
    """
    answer = decline(ResponseCode.ALREADY_REVERSED, "already reversed", cause, business_date=on)
    return Transaction(
        key=key,
        fingerprint=TOMBSTONE_FINGERPRINT,
        kind=TransactionKind.TOMBSTONE,
        answer=answer,
        business_date=on,
        serial_number=None,
        amount_minor=None,
        currency=None,
        institution=institution,
        terminal=terminal,
        received_at=received_at,
        journal=journal,
    )


def keep(
    command: Reversal,
    payment: PostedPayment | None,
    outcome: ReversalResult,
    facts: Facts,
    context: Context,
) -> Decision:
    """Record a reversal that posts nothing."""
    answer, row, reversal = _rows(command, payment, outcome, facts, context)
    items: tuple[ReconciliationItem, ...] = ()
    if outcome.item is not None and payment is not None:
        items = (_item(command, outcome.item, payment, facts, context),)
    return answer, Effects(transactions=(row,), reversals=(reversal,), items=items)


def bury(command: Reversal, outcome: ReversalResult, facts: Facts, context: Context) -> Decision:
    """Record a reversal that arrives before its original, and the tombstone under the original's key."""
    answer, effects = keep(command, None, outcome, facts, context)
    grave = tombstone(
        command.original_key,
        command.institution,
        command.terminal,
        facts.day.date,
        command.received_at,
        command.journal,
    )
    return answer, replace(effects, transactions=(*effects.transactions, grave))


def undo(
    command: Reversal,
    lines: Sequence[PostedPayment],
    outcome: ReversalResult,
    facts: Facts,
    context: Context,
) -> Decision:
    """Reverse all lines of the payment in one posting: exact parts, entries on the open day, states."""
    answer, row, reversal = _rows(command, lines[0], outcome, facts, context)
    serial, day = reversal.serial_number, facts.day.date
    merchant = facts.merchants[lines[0].merchant_id]
    states: list[StateChange] = []
    entries: list[Entry] = []
    told: list[Notice] = []
    for line in lines:
        states.append(StateChange(line.serial_number, PaymentState.REVERSED, serial, line.line))
        entries += contra_entries(line, serial, day, line.state)
        told += notices(line, merchant, NoticeKind.REVERSED, serial, context.now)
    return answer, Effects(
        transactions=(row,),
        states=tuple(states),
        reversals=(reversal,),
        bills=taken_back(lines, facts),
        entries=tuple(entries),
        notices=tuple(told),
    )


def taken_back(lines: Iterable[PostedPayment], facts: Facts) -> tuple[Bill, ...]:
    """Return the bills without exactly the payments' parts; nothing for a payment that counts on no bill."""
    changed: dict[BillKey, Bill] = {}
    for line in lines:
        if line.state not in ON_BILL:
            continue
        key = (line.merchant_id, line.bill_no)
        # Money out of suspense can have gone to a bill that another line has paid a part of.
        bill = changed.get(key) or facts.bills[key]
        merchant = facts.merchants[line.merchant_id]
        assert bill is not None, "a payment in force has its bill"
        assert merchant is not None, "a payment in force has its merchant"
        parts = Parts(line.principal_minor, line.late_fee_minor, line.waived_minor)
        changed[key] = bill.unpaid(parts, merchant.late_fee, facts.day.date)
    return tuple(changed.values())


def _rows(
    command: Reversal,
    payment: PostedPayment | None,
    outcome: ReversalResult,
    facts: Facts,
    context: Context,
) -> tuple[Answer, Transaction, PostedReversal]:
    day = facts.day.date
    serial = context.serial(day)
    answer = _told(outcome, serial, day)
    amount, currency = command.amount_minor, command.currency
    row = record(command, TransactionKind.REVERSAL, answer, day, serial, amount, currency)
    reversal = PostedReversal(
        serial_number=serial,
        key=command.key,
        original_key=command.original_key,
        original_serial=None if payment is None else payment.serial_number,
        reason=command.reason,
        outcome=outcome.did,
        amount_minor=amount,
        currency=currency if payment is None else payment.currency,
        institution=command.institution,
        business_date=day,
        original_business_date=None if payment is None else payment.business_date,
        posted_at=context.now,
    )
    return answer, row, reversal


def _told(outcome: ReversalResult, serial: str, on: BusinessDate) -> Answer:
    """Return the outcome's answer with the data for the front end (PDS 0070, 0082)."""
    if outcome.did is ReversalOutcome.DECLINED:
        return replace(outcome.answer, business_date=on)
    values = {"serial_number": serial, "reversal_did": outcome.did.value}
    return replace(outcome.answer, business_date=on, values=values)


def _item(
    command: Reversal,
    kind: ItemKind,
    payment: PostedPayment,
    facts: Facts,
    context: Context,
) -> ReconciliationItem:
    return ReconciliationItem(
        key=command.key,
        kind=kind,
        payment_serial=payment.serial_number,
        institution=command.institution,
        amount_minor=command.amount_minor,
        currency=payment.currency,
        business_date=facts.day.date,
        opened_at=context.now,
    )
