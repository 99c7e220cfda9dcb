"""The merchants with the most money on a business day, while the day is open."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Subquery, func, select

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.store.reports.ledger_postings import in_days
from offline_collect.store.reports.payment_sums import payment_sums
from offline_collect.store.schema.tables import merchants, payments
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.transaction import StoreTransaction


@dataclass(frozen=True, slots=True)
class MerchantSum:
    """Payments of one merchant and currency.

    Attributes:
        name: the merchant's; None for one that is not registered: its payments are in suspense.
        count: payments; one of several bills counts once.
        amount_minor: of all of them, reversed ones too.
        reversed_count, reversed_minor: of those that were reversed since.
        paid_merchants: how many merchants have payments in the currency.
    """

    merchant_id: str
    name: str | None
    currency: str
    count: int
    amount_minor: int
    reversed_count: int
    reversed_minor: int
    paid_merchants: int


def merchant_sums(tx: StoreTransaction, day: BusinessDate, most: int) -> list[MerchantSum]:
    """Return the sums of the merchants with the most money on a day, at most ``most`` in each currency, the first first.

    It reads each payment of the day once.
    """
    summed = _summed(tx, day)
    of = summed.c
    order = (of.amount.desc(), of.merchant_id)
    ranked = select(
        summed,
        func.row_number().over(partition_by=of.currency, order_by=order).label("place"),
        func.count().over(partition_by=of.currency).label("merchants"),
    ).subquery("ranked")
    found = ranked.c
    query = (
        select(
            found.merchant_id,
            merchants.c.name,
            found.currency,
            found.payments,
            found.amount,
            found.undone,
            found.undone_amount,
            found.merchants,
        )
        .select_from(ranked.outerjoin(merchants, merchants.c.merchant_id == found.merchant_id))
        .where(found.place <= most)
        .order_by(found.currency, found.place)
    )
    return [
        MerchantSum(
            merchant_id=row[0],
            name=row[1],
            currency=row[2],
            count=row[3],
            # Sums are decimals on PostgreSQL.
            amount_minor=int(row[4]),
            reversed_count=row[5],
            reversed_minor=int(row[6]),
            paid_merchants=row[7],
        )
        for row in tx.connection.execute(query)
    ]


def _summed(tx: StoreTransaction, day: BusinessDate) -> Subquery:
    """Return the query of all merchants' sums."""
    own = payments.c
    return (
        select(
            own.merchant_id,
            own.currency,
            *payment_sums(),
        )
        .where(in_days(own.serial_number, day, day), in_scope(own.merchant_id, tx.scope))
        .group_by(own.merchant_id, own.currency)
        .subquery("summed")
    )
