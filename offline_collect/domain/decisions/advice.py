"""0220, 0221: a payment that has already happened at the terminal, so it is never refused for business.

An advice concerns up to three keys: its own, that of the request that it completes (DE 90), and that which its
trace finds. It stores its outcome under all of them, so that neither the late request nor another advice for it
posts again.
A tombstone stays a tombstone: it gets the serial number of the payment that was posted and contra-posted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import PaymentAdvice
from offline_collect.domain.decisions import several
from offline_collect.domain.decisions.collecting import Collectable, collect, want_bill, want_merchant
from offline_collect.domain.decisions.deciding import Context, Decision
from offline_collect.domain.decisions.repeats import (
    all_in_one,
    duplicate,
    more_to_come,
    new_trace,
    own_transaction,
    payment_of,
    recognised,
    record,
    state_of,
    want_day_of,
    want_own,
)
from offline_collect.domain.decisions.taking import approval, notices, posted
from offline_collect.domain.effects import NO_EFFECTS, Effects, NoticeKind
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.ledger.ledger import contra_entries, payment_entries
from offline_collect.domain.transactions import PaymentState, PostedPayment, Transaction, TransactionKind

Keys = dict[str, Transaction | None]
"""The keys of an advice, with the transaction stored under each."""


def want(command: PaymentAdvice, facts: Facts, wants: Wants) -> bool:
    """Request both keys, merchant and form; then the bill.

    The advice may store an old payment under a new key. A reversal of that key in the same batch cannot know
    that it needs the payment's day, so the day is requested here.
    """
    want_own(command, facts, wants)
    want_merchant(command, wants)
    want_day_of(command.key, facts, wants)
    if command.original_key is not None:
        wants.keys.add(command.original_key)
        want_day_of(command.original_key, facts, wants)
    if command.key in facts.transactions:
        want_bill(command, facts, wants)
    return more_to_come(command, facts)


def decide(command: PaymentAdvice, facts: Facts, context: Context) -> Decision:
    """Post the payment, unless it is posted already."""
    if command.original_institution not in {None, command.institution}:
        reason = f"DE 90 names an original of institution {command.original_institution}"
        return decline(ResponseCode.NOT_FOUND, "original not found", reason), NO_EFFECTS
    keys = _keys(command, facts, context)
    known = [present for present in keys.values() if present is not None]
    for present in known:
        refused = duplicate(command, present)
        if refused is not None:
            return refused, NO_EFFECTS
    for present in known:
        payment = payment_of(present, facts)
        if payment is not None:
            answer = with_state(present.answer, state_of(payment, facts))
            return answer, _leave(command, _unburied(keys), answer, payment.serial_number, facts)
    if any(present.kind is TransactionKind.TOMBSTONE for present in known):
        return _post_and_contra(command, keys, facts, context)
    return _post(command, keys, facts, context)


def with_state(answer: Answer, state: PaymentState) -> Answer:
    """Return the answer with the payment's present state (PDS 0080)."""
    return replace(answer, values={**answer.values, "original_state": state.value})


def _keys(command: PaymentAdvice, facts: Facts, context: Context) -> Keys:
    keys: Keys = {command.key: facts.transactions[command.key]}
    for own in (own_transaction(command, facts, context), _declined(command, facts, context)):
        if own is not None:
            keys[own.key] = own
    if command.original_key is not None:
        keys.setdefault(command.original_key, facts.transactions[command.original_key])
    return keys


def _declined(command: PaymentAdvice, facts: Facts, context: Context) -> Transaction | None:
    """Return the request of the same trace if it was declined: the advice reports that it was paid nevertheless.

    Neither needs to be marked as a repeat. As two transactions, a repeat of this advice would find only the
    declined one, which has stored the trace already, and would be posted a second time.
    """
    found = recognised(command, facts, context, repeat=True)
    if found is None or found.serial_number is not None or found.kind is TransactionKind.TOMBSTONE:
        return None
    return found


def _unburied(keys: Keys) -> Keys:
    """Leave tombstones out: a tombstone must never name a payment in force."""
    return {
        key: present
        for key, present in keys.items()
        if present is None or present.kind is not TransactionKind.TOMBSTONE
    }


def _leave(command: PaymentAdvice, keys: Keys, answer: Answer, serial: str, facts: Facts) -> Effects:
    """Return the rows that store ``serial`` under each key without a payment."""
    day = answer.business_date or facts.day.date
    amount, currency = command.amount_minor, command.currency
    row = record(command, TransactionKind.ADVICE, answer, day, serial, amount, currency)
    new: list[Transaction] = []
    replaced: list[Transaction] = []
    for key, present in keys.items():
        if present is None:
            new.append(replace(row, key=key))
        elif present.serial_number is None:
            replaced.append(_completed(present, row))
    return Effects(transactions=tuple(new), replaced=tuple(replaced))


def _completed(present: Transaction, row: Transaction) -> Transaction:
    """Return the new row of a declined request or tombstone that an advice completes."""
    buried = present.kind is TransactionKind.TOMBSTONE
    return replace(
        row,
        key=present.key,
        kind=TransactionKind.TOMBSTONE if buried else TransactionKind.ADVICE,
        journal=f"{present.journal}\n{row.journal}",
    )


def _post(command: PaymentAdvice, keys: Keys, facts: Facts, context: Context) -> Decision:
    """Post to the bill if it accepts the payment, else to suspense."""
    if command.lines:
        return _post_several(command, keys, facts, context)
    collected = collect(command, facts, context, limited=False)
    key = next(iter(keys))
    traces = new_trace(command, facts)
    if isinstance(collected, Answer):
        payment = posted(command, key, None, facts, context, PaymentState.SUSPENSE)
        answer = with_state(approval(payment, None, facts, context), payment.state)
        rows = _leave(command, keys, answer, payment.serial_number, facts)
        entries = payment_entries(payment, payment.state)
        return answer, replace(rows, traces=traces, payments=(payment,), entries=entries)
    payment = posted(command, key, collected, facts, context, PaymentState.APPROVED)
    answer = with_state(approval(payment, collected, facts, context), payment.state)
    rows = _leave(command, keys, answer, payment.serial_number, facts)
    return answer, replace(
        rows,
        traces=traces,
        payments=(payment,),
        entries=payment_entries(payment, payment.state),
        bills=(collected.bill.paid(collected.parts, collected.merchant.late_fee, facts.day.date),),
        notices=notices(payment, collected.merchant, NoticeKind.PAID, payment.serial_number, context.now),
    )


def _post_several(command: PaymentAdvice, keys: Keys, facts: Facts, context: Context) -> Decision:
    """Post each line to its bill if that accepts it, else to suspense."""
    lines = several.judge_advice(command, facts, context)
    payments = several.posted_lines(lines, next(iter(keys)), facts, context)
    effects = several.effects_of(lines, payments, facts, context)
    return _leave_several(command, keys, lines, payments, effects, facts, context)


def _contra_several(command: PaymentAdvice, keys: Keys, facts: Facts, context: Context) -> Decision:
    contra = context.serial(facts.day.date, 1)
    lines = several.judge_advice(command, facts, context)
    payments = several.posted_lines(lines, next(iter(keys)), facts, context, undone_by=contra)
    effects = several.undone_effects(lines, payments, contra, facts)
    return _leave_several(command, keys, lines, payments, effects, facts, context)


def _leave_several(
    command: PaymentAdvice,
    keys: Keys,
    lines: Sequence[several.Line],
    payments: Sequence[PostedPayment],
    effects: Effects,
    facts: Facts,
    context: Context,
) -> Decision:
    state = all_in_one(payments)
    answer = with_state(several.approval_of(lines, payments, facts, context), state)
    rows = _leave(command, keys, answer, payments[0].serial_number, facts)
    return answer, replace(
        effects,
        transactions=rows.transactions,
        replaced=rows.replaced,
        traces=new_trace(command, facts),
    )


def _post_and_contra(command: PaymentAdvice, keys: Keys, facts: Facts, context: Context) -> Decision:
    """Post a payment that was reversed before it arrived, together with its contra: no bill changes."""
    if command.lines:
        return _contra_several(command, keys, facts, context)
    collected = collect(command, facts, context, limited=False)
    taken = collected if isinstance(collected, Collectable) else None
    would_be = PaymentState.SUSPENSE if taken is None else PaymentState.APPROVED
    day = facts.day.date
    contra = context.serial(day, 1)
    payment = posted(command, next(iter(keys)), taken, facts, context, PaymentState.REVERSED)
    payment = replace(payment, state_by=contra)
    answer = with_state(approval(payment, taken, facts, context), PaymentState.REVERSED)
    rows = _leave(command, keys, answer, payment.serial_number, facts)
    return answer, replace(
        rows,
        traces=new_trace(command, facts),
        payments=(payment,),
        entries=payment_entries(payment, would_be) + contra_entries(payment, contra, day, would_be),
    )
