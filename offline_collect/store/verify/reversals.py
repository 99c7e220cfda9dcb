"""Invariants of reversals: an original is reversed once at most, and a tombstoned key has no payment in force."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from offline_collect.domain.ledger.manual_postings import ManualPostingKind
from offline_collect.domain.transactions import PaymentState, ReversalOutcome, TransactionKind
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.schema.tables import payments, reversals, transactions
from offline_collect.store.verify.ledger import IN_FORCE

_APPLIED = reversals.c.outcome == ReversalOutcome.APPLIED.value


def reversed_twice() -> Select[Any]:
    """Find payments that more than one reversal reversed."""
    return (
        select(reversals.c.original_serial)
        .where(_APPLIED)
        .group_by(reversals.c.original_serial)
        .having(func.count() > 1)
    )


def applied_to_payment_in_force() -> Select[Any]:
    """Find applied reversals whose payment is not reversed."""
    original = payments.c.serial_number == reversals.c.original_serial
    in_force = payments.c.state != PaymentState.REVERSED.value
    return (
        select(reversals.c.serial_number)
        .outerjoin_from(reversals, payments, original)
        .where(_APPLIED, or_(payments.c.serial_number.is_(None), in_force))
    )


def reversed_by_nobody() -> Select[Any]:
    """Find reversed payments without an applied reversal, or a contra of reconciliation."""
    by = and_(reversals.c.original_serial == payments.c.serial_number, _APPLIED)
    contra = exists().where(
        office_postings.c.serial_number == payments.c.state_by,
        office_postings.c.kind == ManualPostingKind.CONTRA.value,
    )
    return (
        select(payments.c.serial_number)
        .outerjoin_from(payments, reversals, by)
        .where(
            ~contra,
            payments.c.state == PaymentState.REVERSED.value,
            payments.c.in_totals == 1,
            reversals.c.serial_number.is_(None),
        )
    )


def in_force_under_tombstone() -> Select[Any]:
    """Find payments in force under a tombstoned key."""
    return _tombstones_in_force(transactions.c.key == payments.c.key)


def tombstones_of_payments() -> Select[Any]:
    """Find tombstones that name a payment in force."""
    return _tombstones_in_force(transactions.c.serial_number == payments.c.serial_number)


def _tombstones_in_force(same: ColumnElement[bool]) -> Select[Any]:
    return (
        select(transactions.c.key)
        .join_from(payments, transactions, same)
        .where(transactions.c.kind == TransactionKind.TOMBSTONE.value, IN_FORCE)
    )
