"""A merchant's postings of some business days in the ledger: the amounts moved and the kind of each.

All figures are computed from entries; payments only give the merchant of a posting. A posting's serial number
begins with its business date, so days are a range of the entries' own key. No further index is needed, which
every payment would have to update.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select, true

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.ledger.ledger import TAKING, Account
from offline_collect.domain.ledger.manual_postings import ManualPostingKind
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.schema.tables import entries, payments

AT_ONCE = 500
"""Rows of a streamed query in memory."""


class PostingKind(StrEnum):
    """The kinds of postings, in the order of statements."""

    PAID = "PAID"
    REVERSED = "REVERSED"
    SUSPENSE = "SUSPENSE"
    SUSPENSE_REVERSED = "SUSPENSE_REVERSED"
    REFUNDED = "REFUNDED"
    APPLIED = "APPLIED"
    OUTSIDE = "OUTSIDE"
    OUTSIDE_REVERSED = "OUTSIDE_REVERSED"


def in_days(serial: ColumnElement[str], first: BusinessDate, last: BusinessDate) -> ColumnElement[bool]:
    """Return whether a serial number belongs to a business day from ``first`` to ``last``."""
    after = BusinessDate.of(last + dt.timedelta(days=1))
    return and_(serial >= first.compact, serial < after.compact)


def postings(merchant_id: str | None, first: BusinessDate, last: BusinessDate) -> Select[Any]:
    """Return a query with one row for each payment in each posting of a merchant, or of all, in minor units.

    Its columns: ``posting``, ``business_date``, ``payment_serial``, ``payment_line``; ``credited``: the change of the amount owed
    to the merchant; ``suspended``: the change of the amount in suspense; ``collected``: the change of the amount
    collected, at a counter or at the merchant's office; ``outside``: the part that the merchant collected itself.
    """
    return (
        select(
            entries.c.posting,
            entries.c.payment_line,
            # A posting has one date and one serial number of a payment.
            func.min(entries.c.business_date).label("business_date"),
            func.min(entries.c.payment_serial).label("payment_serial"),
            (-_moved(Account.PAYABLE)).label("credited"),
            (-_moved(Account.SUSPENSE)).label("suspended"),
            # The payer's fee was collected too, but not for the merchant.
            _moved(*TAKING, Account.PAYER_FEE).label("collected"),
            _moved(Account.OUTSIDE).label("outside"),
        )
        .join_from(entries, payments, same_payment(entries))
        .where(
            in_days(entries.c.posting, first, last),
            true() if merchant_id is None else payments.c.merchant_id == merchant_id,
        )
        .group_by(entries.c.posting, entries.c.payment_line)
    )


def same_payment(table: Any) -> ColumnElement[bool]:
    """Whether a row is about a payment: they have the same serial number and line."""
    return and_(payments.c.serial_number == table.c.payment_serial, payments.c.line == table.c.payment_line)


def kind_of(moved: Any) -> ColumnElement[str]:
    """Return the kind of a posting, derived from the amounts that it moved.

    Args:
        moved: :func:`postings` as a subquery, with :data:`office_postings` joined by serial number.
    """
    own = moved.c.posting == moved.c.payment_serial
    out_of_suspense = moved.c.suspended != 0
    refunded = office_postings.c.kind == ManualPostingKind.REFUNDED.value
    return case(
        (and_(own, moved.c.outside != 0), PostingKind.OUTSIDE.value),
        (and_(own, out_of_suspense), PostingKind.SUSPENSE.value),
        (own, PostingKind.PAID.value),
        (moved.c.outside != 0, PostingKind.OUTSIDE_REVERSED.value),
        (and_(out_of_suspense, moved.c.credited != 0), PostingKind.APPLIED.value),
        (and_(out_of_suspense, refunded), PostingKind.REFUNDED.value),
        (out_of_suspense, PostingKind.SUSPENSE_REVERSED.value),
        else_=PostingKind.REVERSED.value,
    )


def _moved(*accounts: Account) -> ColumnElement[int]:
    """Return the amount that one posting debits to some accounts."""
    named = entries.c.account.in_([account.value for account in accounts])
    return func.sum(case((named, entries.c.amount_minor), else_=0))
