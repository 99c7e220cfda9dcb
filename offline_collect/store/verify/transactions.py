"""Invariants of transactions: each has its payments, traces and notices, and the lines of each payment agree."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, literal, or_, select

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.transactions import TransactionKind
from offline_collect.store.schema.notice_tables import notice_deliveries
from offline_collect.store.schema.tables import outbox, payments, traces, transactions

_NAMES_PAYMENT = and_(
    transactions.c.serial_number.is_not(None),
    transactions.c.kind != TransactionKind.REVERSAL.value,
)


def approved_for_nothing() -> Select[Any]:
    """Find approved requests without a payment."""
    posts = transactions.c.kind.in_([TransactionKind.PAYMENT.value, TransactionKind.ADVICE.value])
    return select(transactions.c.key).where(
        posts,
        transactions.c.response_code == ResponseCode.APPROVED.value,
        transactions.c.serial_number.is_(None),
    )


def transactions_without_payment() -> Select[Any]:
    """Find transactions that name a payment that does not exist."""
    return (
        select(transactions.c.key)
        .outerjoin_from(transactions, payments, payments.c.serial_number == transactions.c.serial_number)
        .where(_NAMES_PAYMENT, payments.c.serial_number.is_(None))
    )


def payments_without_transaction() -> Select[Any]:
    """Find payments without the transaction that posted them."""
    own = and_(
        transactions.c.key == payments.c.key,
        transactions.c.serial_number == payments.c.serial_number,
    )
    return (
        select(payments.c.serial_number)
        .outerjoin_from(payments, transactions, own)
        .where(transactions.c.key.is_(None))
    )


def traces_of_nothing() -> Select[Any]:
    """Find traces of transactions that do not exist."""
    return (
        select(traces.c.key)
        .outerjoin_from(traces, transactions, transactions.c.key == traces.c.key)
        .where(transactions.c.key.is_(None))
    )


def lines_that_differ() -> Select[Any]:
    """Find payments whose lines are not 1 to n, or not of one key, day and customer."""
    same = (payments.c.key, payments.c.business_date, payments.c.merchant_id, payments.c.customer_no)
    return (
        select(payments.c.serial_number)
        .group_by(payments.c.serial_number)
        .having(
            or_(
                func.min(payments.c.line) != 1,
                func.max(payments.c.line) != func.count(),
                *(func.min(column) != func.max(column) for column in same),
            )
        )
    )


def lines_of_wrong_sum() -> Select[Any]:
    """Find payments whose lines do not sum to the amount of their transaction."""
    total = func.sum(payments.c.amount_minor)
    return (
        select(payments.c.serial_number)
        .join_from(payments, transactions, transactions.c.key == payments.c.key)
        .group_by(payments.c.serial_number, transactions.c.amount_minor)
        .having(total != transactions.c.amount_minor)
    )


def untold_payments() -> Select[Any]:
    """Find payments whose notice is neither in the outbox nor among those that a sender has taken from it."""
    # Found by its key: the outbox has no other index.
    notice_id = literal(f"{NoticeKind.PAID.value}:") + _payments_name()
    taken = notice_deliveries.c.notice_id
    return (
        select(payments.c.serial_number)
        .outerjoin_from(payments, outbox, outbox.c.notice_id == notice_id)
        .outerjoin(notice_deliveries, taken == notice_id)
        .where(payments.c.notified == 1, outbox.c.notice_id.is_(None), taken.is_(None))
    )


def _payments_name() -> ColumnElement[str]:
    """Return the name of a payment (``PostedPayment.name``)."""
    serial, line = payments.c.serial_number, payments.c.line
    return case((line == 1, serial), else_=serial + literal("/") + cast(line, String(10)))
