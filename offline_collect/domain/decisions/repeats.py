"""Finds the transaction of a message by its key or by its trace (docs/operating.md, How a repeat is recognised)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import WriteCommand
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.decisions.traces import Trace, digest, is_recognised
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.transactions import (
    TOMBSTONE_FINGERPRINT,
    PaymentState,
    PostedPayment,
    Transaction,
    TransactionKind,
    line_name,
)


def want_own(command: WriteCommand, facts: Facts, wants: Wants) -> None:
    """Request the facts that :func:`own_transaction` needs, and the days of the payments that it may return.

    A recognised message stores a row under a new key. A reversal of that key in the same batch cannot know
    that it needs the payment's day, so the day is requested here.
    """
    wants.keys.add(command.key)
    if command.trace is None:
        return
    wants.traces.add(command.trace)
    for trace in traces_of(command, facts):
        wants.keys.add(trace.key)
        want_day_of(trace.key, facts, wants)


def more_to_come(command: WriteCommand, facts: Facts) -> bool:
    """Whether a write command may need more facts: before its key is loaded, and after it if it has traces."""
    return command.key not in facts.transactions or bool(traces_of(command, facts))


def traces_of(command: WriteCommand, facts: Facts) -> tuple[Trace, ...]:
    """Return the stored traces of messages with the command's trace and fingerprint, oldest first."""
    found = () if command.trace is None else facts.traces.get(command.trace, ())
    if not found:
        return ()
    fingerprint = digest(command.fingerprint)
    return tuple(trace for trace in found if trace.fingerprint == fingerprint)


def own_transaction(command: WriteCommand, facts: Facts, context: Context) -> Transaction | None:
    """Return the message's transaction: the one under its key, or the latest that its trace recognises."""
    own = facts.transactions[command.key]
    return own if own is not None else recognised(command, facts, context, repeat=command.repeat)


def recognised(command: WriteCommand, facts: Facts, context: Context, *, repeat: bool) -> Transaction | None:
    """Return the latest transaction that the command's trace recognises.

    Args:
        repeat: whether to treat the command as marked as a repeat.
    """
    for trace in reversed(traces_of(command, facts)):
        if is_recognised(trace, repeat=repeat, on=facts.day.date, now=context.now):
            return facts.transactions[trace.key]
    return None


def new_trace(command: WriteCommand, facts: Facts) -> tuple[Trace, ...]:
    """Return the trace to store for a decided command; nothing if this business date has one already."""
    on = facts.day.date
    for trace in traces_of(command, facts):
        if trace.business_date == on:
            return ()
    if command.trace is None:
        return ()
    fingerprint = digest(command.fingerprint)
    return (
        Trace(
            trace=command.trace,
            fingerprint=fingerprint,
            business_date=on,
            key=command.key,
            repeat=command.repeat,
            received_at=command.received_at,
        ),
    )


def payment_of(transaction: Transaction | None, facts: Facts) -> PostedPayment | None:
    """Return the payment that a transaction posted or confirms; of several bills, its first line."""
    if transaction is None or transaction.serial_number is None:
        return None
    return facts.payments.get(transaction.serial_number)


def lines_of(first: PostedPayment, facts: Facts) -> tuple[PostedPayment, ...]:
    """Return all lines of a transaction's payment, from its first one."""
    lines = [first]
    while (following := facts.payments.get(line_name(first.serial_number, len(lines) + 1))) is not None:
        lines.append(following)
    return tuple(lines)


_STANDS_FOR_ALL = (
    PaymentState.REVERSED,
    PaymentState.REFUNDED,
    PaymentState.SUSPENSE,
    PaymentState.APPLIED,
)
"""The state of one line that is shown for all of them, the first of these that there is."""


def state_of(first: PostedPayment, facts: Facts) -> PaymentState:
    """Return the state of a transaction's payment: APPROVED only if all lines are."""
    return all_in_one(lines_of(first, facts))


def all_in_one(lines: Sequence[PostedPayment]) -> PaymentState:
    """Return the one state that is shown for all lines."""
    states = {line.state for line in lines}
    return next((state for state in _STANDS_FOR_ALL if state in states), PaymentState.APPROVED)


def want_day(payment: PostedPayment, wants: Wants) -> None:
    """Request the state of a payment's business day."""
    wants.days.add(payment.business_date)


def want_day_of(key: str, facts: Facts, wants: Wants) -> None:
    """Request the state of the business day of a key's payment, if it has one."""
    payment = payment_of(facts.transactions.get(key), facts)
    if payment is not None:
        want_day(payment, wants)


def duplicate(command: WriteCommand, own: Transaction) -> Answer | None:
    """Return the refusal of a message with other contents under a known key, else None."""
    if own.fingerprint in {TOMBSTONE_FINGERPRINT, command.fingerprint}:
        return None
    return decline(
        ResponseCode.DUPLICATE,
        "same key, other content",
        f"STAN {command.stan} of terminal {command.terminal} was used for another transaction",
    )


def record(
    command: WriteCommand,
    kind: TransactionKind,
    answer: Answer,
    on: BusinessDate,
    serial_number: str | None,
    amount_minor: int,
    currency: str | None,
) -> Transaction:
    """Return the row that stores ``command`` and its answer."""
    return Transaction(
        key=command.key,
        fingerprint=command.fingerprint,
        kind=kind,
        answer=answer,
        business_date=on,
        serial_number=serial_number,
        amount_minor=amount_minor,
        currency=currency,
        institution=command.institution,
        terminal=command.terminal,
        received_at=command.received_at,
        journal=command.journal,
    )


def dated(answer: Answer, on: BusinessDate) -> Answer:
    """Return the answer with the business date that DE 15 shows."""
    return answer if answer.business_date is not None else replace(answer, business_date=on)
