"""The invariants of manual postings, and of the accounts that hold a payment's money."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select

from offline_collect.domain.commands import Tender
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.ledger.manual_postings import ManualPostingKind
from offline_collect.domain.transactions import ON_BILL, PaymentState
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.schema.tables import entries, payments

PARTS = ("principal_minor", "late_fee_minor", "waived_minor")
"""The parts of a bill that a payment covers; payments and APPLIED postings have columns of these names."""

_own = office_postings.c
_KIND_THAT_ENDS = {
    PaymentState.REFUNDED: ManualPostingKind.REFUNDED,
    PaymentState.APPLIED: ManualPostingKind.APPLIED,
}
_STATES_AFTER = {
    ManualPostingKind.REFUNDED: (PaymentState.REFUNDED,),
    ManualPostingKind.APPLIED: (PaymentState.APPLIED, PaymentState.REVERSED),
    ManualPostingKind.UNDONE: (PaymentState.REVERSED,),
    ManualPostingKind.OUTSIDE: (PaymentState.APPROVED, PaymentState.REVERSED),
    ManualPostingKind.CONTRA: (PaymentState.REVERSED,),
    ManualPostingKind.RECEIVED: tuple(PaymentState),
}


_settled = and_(_own.settles == payments.c.serial_number, _own.settles_line == payments.c.line)


def same_line(table: Any) -> ColumnElement[bool]:
    """Whether a row is about a payment: they have the same serial number and line."""
    return and_(payments.c.serial_number == table.c.payment_serial, payments.c.line == table.c.payment_line)


def parts_on_bills() -> Select[Any]:
    """Return one row for each payment that counts on a bill: merchant, bill number, serial number and parts.

    An applied payment counts by the posting that applied it, on that posting's bill.
    """
    straight = select(
        payments.c.merchant_id,
        payments.c.bill_no,
        payments.c.serial_number,
        *(payments.c[part] for part in PARTS),
    ).where(payments.c.state == PaymentState.APPROVED.value)
    out_of_suspense = (
        select(_own.merchant_id, _own.bill_no, payments.c.serial_number, *(_own[part] for part in PARTS))
        .join_from(payments, office_postings, _settled)
        .where(payments.c.state == PaymentState.APPLIED.value)
    )
    counted = straight.union_all(out_of_suspense).subquery("counted")
    return select(counted)


def applied_of_wrong_parts() -> Select[Any]:
    """Applied postings that do not fit their amount or the amount owed, or that name no bill."""
    return select(_own.serial_number).where(
        _own.kind == ManualPostingKind.APPLIED.value,
        or_(
            _own.bill_no.is_(None),
            _own.principal_minor + _own.late_fee_minor != _own.amount_minor,
            _own.principal_minor > _own.owed_principal_minor,
            _own.late_fee_minor + _own.waived_minor > _own.owed_late_fee_minor,
        ),
    )


def ended_by_no_posting() -> Select[Any]:
    """Payments refunded or applied without a posting of that kind."""
    kinds: ColumnElement[Any] = case(
        *((payments.c.state == state.value, kind.value) for state, kind in _KIND_THAT_ENDS.items())
    )
    by = and_(
        _settled,
        _own.serial_number == payments.c.state_by,
        _own.kind == kinds,
    )
    return (
        select(payments.c.serial_number)
        .outerjoin_from(payments, office_postings, by)
        .where(payments.c.state.in_([state.value for state in _KIND_THAT_ENDS]), _own.serial_number.is_(None))
    )


def outside_without_posting() -> Select[Any]:
    """Payments at the office, and undone ones, without a matching manual posting."""
    by = and_(
        _own.serial_number == payments.c.state_by,
        same_line(office_postings),
    )
    return (
        select(payments.c.serial_number)
        .outerjoin_from(payments, office_postings, by)
        .where(payments.c.tender == Tender.OUTSIDE.value, _own.serial_number.is_(None))
    )


def postings_without_effect() -> Select[Any]:
    """Manual postings whose payment has a state that they do not lead to, or other amounts."""
    led = or_(
        *(
            and_(_own.kind == kind.value, payments.c.state.in_([state.value for state in states]))
            for kind, states in _STATES_AFTER.items()
        )
    )
    same = and_(
        same_line(office_postings),
        payments.c.amount_minor == _own.amount_minor,
        led,
    )
    return (
        select(_own.serial_number)
        .outerjoin_from(office_postings, payments, same)
        .where(payments.c.serial_number.is_(None))
    )


def not_where_it_belongs() -> Select[Any]:
    """Payments whose money is not in the account of their state: suspense, or owed to the merchant.

    ``invariants`` checks the account from which it came.
    """
    places = (Account.SUSPENSE, Account.PAYABLE)
    moved = (
        select(
            entries.c.payment_serial,
            entries.c.payment_line,
            *(_sum(account).label(account.value.lower()) for account in places),
        )
        .group_by(entries.c.payment_serial, entries.c.payment_line)
        .subquery("moved")
    )
    suspended = case((payments.c.state == PaymentState.SUSPENSE.value, payments.c.amount_minor), else_=0)
    counts = payments.c.state.in_([state.value for state in sorted(ON_BILL)])
    owed = case((counts, payments.c.amount_minor - payments.c.payer_fee_minor), else_=0)
    return (
        select(payments.c.serial_number)
        .join_from(payments, moved, same_line(moved))
        .where(or_(moved.c.suspense != -suspended, moved.c.payable != -owed))
    )


def _sum(account: Account) -> ColumnElement[Any]:
    return func.sum(case((entries.c.account == account.value, entries.c.amount_minor), else_=literal(0)))
