"""The payments of a business day by hour and institution, while the day is open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import extract, func, select

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.store.reports.ledger_postings import in_days
from offline_collect.store.reports.payment_sums import payment_sums
from offline_collect.store.schema.tables import payments
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.transaction import StoreTransaction


@dataclass(frozen=True, slots=True)
class HourSum:
    """Payments of one hour, institution and currency.

    Attributes:
        first_at: when the first of them was posted.
        count: payments; one of several bills counts once.
        amount_minor: of all of them, reversed ones too.
        reversed_count, reversed_minor: of those that were reversed since.
    """

    first_at: dt.datetime
    institution: str
    currency: str
    count: int
    amount_minor: int
    reversed_count: int
    reversed_minor: int


def hour_sums(tx: StoreTransaction, day: BusinessDate) -> list[HourSum]:
    """Return the payments of a day by hour, the first hour first; hours without payments are left out.

    It reads each payment of the day once.
    """
    own = payments.c
    # A business day is shorter than a month, so day and hour name one hour of it.
    like = (extract("day", own.posted_at), extract("hour", own.posted_at), own.institution, own.currency)
    first = func.min(own.posted_at, type_=own.posted_at.type).label("first_at")
    query = (
        select(
            first,
            own.institution,
            own.currency,
            *payment_sums(),
        )
        .where(in_days(own.serial_number, day, day), in_scope(own.merchant_id, tx.scope))
        .group_by(*like)
        .order_by(first, own.institution, own.currency)
    )
    return [
        HourSum(
            first_at=row[0],
            institution=row[1],
            currency=row[2],
            count=row[3],
            # Sums are decimals on PostgreSQL.
            amount_minor=int(row[4]),
            reversed_count=row[5],
            reversed_minor=int(row[6]),
        )
        for row in tx.connection.execute(query)
    ]
