"""Invariants of the ledger: postings sum to zero, and payments have the entries that their states ask for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from offline_collect.domain.ledger.ledger import TAKING
from offline_collect.domain.transactions import ON_BILL, PaymentState
from offline_collect.store.schema.tables import entries, payments
from offline_collect.store.verify.manual_postings import same_line

IN_FORCE = payments.c.state.in_([state.value for state in (*sorted(ON_BILL), PaymentState.SUSPENSE)])
"""The payment has not been undone or refunded."""


def unbalanced_postings() -> Select[Any]:
    """Find postings whose entries do not sum to zero."""
    total = func.sum(entries.c.amount_minor)
    return select(entries.c.posting).group_by(entries.c.posting, entries.c.currency).having(total != 0)


def unbalanced_ledger() -> Select[Any]:
    """Find currencies in which the ledger does not sum to zero."""
    total = func.sum(entries.c.amount_minor)
    return select(entries.c.currency).group_by(entries.c.currency).having(total != 0)


def payments_not_as_posted() -> Select[Any]:
    """Find payments whose entries are not as their state asks: their institution owes only those in force."""
    cleared = (
        select(
            entries.c.payment_serial,
            entries.c.payment_line,
            func.sum(entries.c.amount_minor).label("amount"),
        )
        .where(entries.c.account.in_([account.value for account in TAKING]))
        .group_by(entries.c.payment_serial, entries.c.payment_line)
        .subquery("cleared")
    )
    amount = func.coalesce(cleared.c.amount, 0)
    due: ColumnElement[Any] = case((IN_FORCE, payments.c.amount_minor), else_=0)
    return (
        select(payments.c.serial_number)
        .outerjoin_from(payments, cleared, same_line(cleared))
        .where(or_(amount != due, cleared.c.payment_serial.is_(None)))
    )


def entries_without_payment() -> Select[Any]:
    """Find postings of payments that do not exist."""
    return (
        select(entries.c.posting)
        .outerjoin_from(entries, payments, same_line(entries))
        .where(payments.c.serial_number.is_(None))
    )
