"""0200, 0201: an immediate payment of one bill, or of several bills of one customer."""

from __future__ import annotations

from dataclasses import replace

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import NOT_STORED, ResponseCode
from offline_collect.domain.commands import Payment
from offline_collect.domain.decisions import several
from offline_collect.domain.decisions.collecting import Collectable, collect, want_bill, want_merchant
from offline_collect.domain.decisions.deciding import Context, Decision
from offline_collect.domain.decisions.oldest_first import older_left
from offline_collect.domain.decisions.repeats import (
    dated,
    duplicate,
    more_to_come,
    new_trace,
    own_transaction,
    payment_of,
    record,
    want_own,
)
from offline_collect.domain.decisions.reversal_effects import REVERSED
from offline_collect.domain.decisions.taking import approval, notices, posted
from offline_collect.domain.effects import NO_EFFECTS, Effects, NoticeKind
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.ledger.ledger import payment_entries
from offline_collect.domain.transactions import (
    PaymentState,
    Transaction,
    TransactionKind,
)


def want(command: Payment, facts: Facts, wants: Wants) -> bool:
    """Request keys, merchant and form; then, if the key is free, the bill.

    A key is nearly always free, so a bill that no other can stand before is requested with it.
    """
    want_own(command, facts, wants)
    want_merchant(command, wants)
    if command.key not in facts.transactions:
        if command.merchant_id in facts.any_order and not command.repeat and not command.lines:
            wants.bills.add((command.merchant_id, command.bill_no))
    elif facts.transactions[command.key] is None:
        want_bill(command, facts, wants)
    return more_to_come(command, facts)


def decide(command: Payment, facts: Facts, context: Context) -> Decision:
    """Accept the payment or refuse it."""
    own = own_transaction(command, facts, context)
    if own is not None:
        return answer_again(command, own, facts), _left_again(command, own, facts)
    if command.lines:
        return _decide_several(command, facts, context)
    collected = collect(command, facts, context, limited=True)
    if isinstance(collected, Answer):
        return _refuse(command, collected, facts)
    if not collected.merchant.amount_rule.any_order:
        older = older_left((collected,), facts)
        if older is not None:
            return _refuse(command, older, facts)
    return _take(command, collected, facts, context)


def _decide_several(command: Payment, facts: Facts, context: Context) -> Decision:
    lines = several.judge(command, facts, context)
    if isinstance(lines, Answer):
        return (lines, NO_EFFECTS) if lines.code in NOT_STORED else _refuse(command, lines, facts)
    payments = several.posted_lines(lines, command.key, facts, context)
    answer = several.approval_of(lines, payments, facts, context)
    row = record(
        command,
        TransactionKind.PAYMENT,
        answer,
        facts.day.date,
        payments[0].serial_number,
        command.amount_minor,
        command.currency,
    )
    effects = several.effects_of(lines, payments, facts, context)
    return answer, replace(effects, transactions=(row,), traces=new_trace(command, facts))


def answer_again(command: Payment, own: Transaction, facts: Facts) -> Answer:
    """Return the answer for a known key: its stored answer, 94, or U8 if its payment is undone."""
    refused = duplicate(command, own)
    if refused is not None:
        return refused
    payment = payment_of(own, facts)
    if own.kind is TransactionKind.TOMBSTONE or (
        payment is not None and payment.state is PaymentState.REVERSED
    ):
        return already_reversed(own)
    return own.answer


def _left_again(command: Payment, own: Transaction, facts: Facts) -> Effects:
    """Return the effects of a message that is answered again.

    A message recognised by its trace stores the transaction under its own key too, so that a reversal or
    status of either DE 7 finds it. A message that finds its tombstone stores its trace, so that its repeats
    with another DE 7 find the tombstone as well.
    """
    if own.key != command.key:
        return Effects(transactions=(_under_own_key(command, own),))
    if own.kind is TransactionKind.TOMBSTONE:
        traces = new_trace(command, facts)
        return Effects(traces=traces) if traces else NO_EFFECTS
    return NO_EFFECTS


def _under_own_key(command: Payment, own: Transaction) -> Transaction:
    return replace(
        own,
        key=command.key,
        fingerprint=command.fingerprint,
        amount_minor=command.amount_minor,
        currency=command.currency,
        received_at=command.received_at,
        journal=command.journal,
    )


def already_reversed(own: Transaction) -> Answer:
    """Return the refusal of a payment that comes after its own reversal, or after a status query did not find it."""
    if own.answer.code is ResponseCode.ALREADY_REVERSED:
        return own.answer
    return decline(
        ResponseCode.ALREADY_REVERSED, "already reversed", REVERSED, business_date=own.business_date
    )


def _refuse(command: Payment, refusal: Answer, facts: Facts) -> Decision:
    answer = dated(refusal, facts.day.date)
    row = record(
        command,
        TransactionKind.PAYMENT,
        answer,
        facts.day.date,
        None,
        command.amount_minor,
        command.currency,
    )
    return answer, Effects(transactions=(row,), traces=new_trace(command, facts))


def _take(command: Payment, collected: Collectable, facts: Facts, context: Context) -> Decision:
    merchant, bill, day = collected.merchant, collected.bill, facts.day.date
    payment = posted(command, command.key, collected, facts, context, PaymentState.APPROVED)
    answer = approval(payment, collected, facts, context)
    row = record(
        command,
        TransactionKind.PAYMENT,
        answer,
        day,
        payment.serial_number,
        command.amount_minor,
        command.currency,
    )
    return answer, Effects(
        transactions=(row,),
        traces=new_trace(command, facts),
        payments=(payment,),
        bills=(bill.paid(collected.parts, merchant.late_fee, day),),
        entries=payment_entries(payment, PaymentState.APPROVED),
        notices=notices(payment, merchant, NoticeKind.PAID, payment.serial_number, context.now),
    )
