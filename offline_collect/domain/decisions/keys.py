"""Whose transaction a message is: its key, its trace, its fingerprint (wire.md, Who a message is)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import WriteCommand
from offline_collect.domain.dates import BusinessDate
from offline_collect.domain.deciding import Context
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.transactions import (
    TOMBSTONE_FINGERPRINT,
    PostedPayment,
    Transaction,
    TransactionKind,
)

REPEAT_WITHIN = dt.timedelta(days=1)
"""How far back a repeat with a fresh DE 7 is looked for."""


def want_own(command: WriteCommand, facts: Facts, wants: Wants) -> None:
    """Ask for what :func:`own_transaction` looks at."""
    wants.keys.add(command.key)
    if command.repeat:
        wants.traces.add(command.trace)
        wants.keys.update(found.key for found in facts.traces.get(command.trace, ()))


def more_to_come(command: WriteCommand, facts: Facts) -> bool:
    """Whether a write command may want more: before its keys are loaded and, for a repeat, after them."""
    return command.repeat or command.key not in facts.transactions


def own_transaction(command: WriteCommand, facts: Facts, context: Context) -> Transaction | None:
    """Return the transaction that the message is: under its key or, for a repeat, of the same trace.

    A trace only counts with the same fingerprint and within :data:`REPEAT_WITHIN`; the latest wins.
    """
    own = facts.transactions[command.key]
    if own is not None or not command.repeat:
        return own
    since = context.now - REPEAT_WITHIN
    for found in reversed(facts.traces[command.trace]):
        if found.fingerprint == command.fingerprint and found.received_at >= since:
            return facts.transactions.get(found.key) or found
    return None


def payment_of(transaction: Transaction | None, facts: Facts) -> PostedPayment | None:
    """Return the payment that a transaction posted or confirms."""
    if transaction is None or transaction.serial_number is None:
        return None
    return facts.payments.get(transaction.serial_number)


def want_day(payment: PostedPayment, wants: Wants) -> None:
    """Ask for the state of a payment's business day."""
    wants.days.add(payment.business_date)


def duplicate(command: WriteCommand, own: Transaction) -> Answer | None:
    """Return the refusal of a message that says something else under a known key, else None."""
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
    """Return the row that keeps ``command`` and its answer."""
    return Transaction(
        command.key,
        command.fingerprint,
        command.trace,
        kind,
        answer,
        on,
        serial_number,
        amount_minor,
        currency,
        command.institution,
        command.terminal,
        command.received_at,
        command.journal,
    )


def dated(answer: Answer, on: BusinessDate) -> Answer:
    """Return the answer with the business date that DE 15 shows."""
    return answer if answer.business_date is not None else replace(answer, business_date=on)
