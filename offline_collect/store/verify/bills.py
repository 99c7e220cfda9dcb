"""Invariants of bills: what is paid on them is what their payments in force say."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select

from offline_collect.domain.transactions import PaymentState
from offline_collect.store.schema.tables import bills, payments
from offline_collect.store.sql.visibility import in_effect
from offline_collect.store.verify.manual_postings import PARTS, parts_on_bills

_NEVER_STRAIGHT = [PaymentState.SUSPENSE.value, PaymentState.REFUNDED.value, PaymentState.APPLIED.value]
"""States that only a payment from suspense reaches: its own row has no parts."""

_BILL = (bills.c.merchant_id + literal(" ") + bills.c.bill_no).label("bill")


def bills_not_as_paid() -> Select[Any]:
    """Find bills whose paid amounts are not the sums of their payments in force."""
    counted = parts_on_bills().subquery("one")
    sums = (func.sum(counted.c[part]).label(part) for part in PARTS)
    bill = (counted.c.merchant_id, counted.c.bill_no)
    paid = select(*bill, *sums).group_by(*bill).subquery("paid")
    same_bill = and_(
        in_effect(bills), bills.c.merchant_id == paid.c.merchant_id, bills.c.bill_no == paid.c.bill_no
    )
    return (
        select(_BILL)
        .outerjoin_from(bills, paid, same_bill)
        .where(
            or_(
                bills.c.paid_principal_minor != func.coalesce(paid.c.principal_minor, 0),
                bills.c.paid_late_fee_minor != func.coalesce(paid.c.late_fee_minor, 0),
                bills.c.waived_late_fee_minor != func.coalesce(paid.c.waived_minor, 0),
            ),
        )
    )


def payments_without_bill() -> Select[Any]:
    """Find payments in force on bills that do not exist.

    Each is looked for by its number: PostgreSQL without statistics takes bills in effect for few, and would compare each
    payment with all of them.
    """
    counted = parts_on_bills().subquery("one")
    same_bill = and_(
        bills.c.merchant_id == counted.c.merchant_id, bills.c.bill_no == counted.c.bill_no, in_effect(bills)
    )
    there = select(func.min(bills.c.bill_no)).where(same_bill).scalar_subquery()
    return select(counted.c.serial_number).where(there.is_(None))


def payments_of_wrong_parts() -> Select[Any]:
    """Find payments whose parts do not fit their amount, or exceed what was owed."""
    parts = payments.c.principal_minor + payments.c.late_fee_minor + payments.c.payer_fee_minor
    late = payments.c.late_fee_minor + payments.c.waived_minor
    return select(payments.c.serial_number).where(
        or_(
            payments.c.principal_minor > payments.c.owed_principal_minor,
            late > payments.c.owed_late_fee_minor,
            and_(payments.c.state == PaymentState.APPROVED.value, parts != payments.c.amount_minor),
            and_(payments.c.state.in_(_NEVER_STRAIGHT), parts != 0),
        ),
    )


def overpaid_bills() -> Select[Any]:
    """Find bills that are paid beyond their amount, or less than nothing."""
    return select(_BILL).where(
        or_(
            bills.c.paid_principal_minor > bills.c.amount_minor,
            bills.c.paid_principal_minor < 0,
            bills.c.paid_late_fee_minor < 0,
            bills.c.waived_late_fee_minor < 0,
        ),
    )
