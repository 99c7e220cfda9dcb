"""The merchants that something was posted for on a business day."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select, union

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.reconciliation.voucher import MERCHANTS
from offline_collect.store.reports.ledger_postings import in_days, same_payment
from offline_collect.store.schema.payout_tables import settlement_entries
from offline_collect.store.schema.tables import entries, merchants, payments
from offline_collect.store.sql.transaction import StoreTransaction


def merchants_of_day(tx: StoreTransaction, day: BusinessDate) -> list[str]:
    """Return the merchants, of all banks, that a day's postings are of; money for unknown ones is no merchant's.

    A payout that is posted on a day is one of its postings.
    """
    paid = (
        select(merchants.c.merchant_id)
        .join_from(entries, payments, same_payment(entries))
        .join(merchants, merchants.c.merchant_id == payments.c.merchant_id)
        .where(in_days(entries.c.posting, day, day))
    )
    both = union(paid, _settled(day)).subquery("both")
    return list(tx.connection.execute(select(both.c.merchant_id).order_by(both.c.merchant_id)).scalars())


def merchants_booked(tx: StoreTransaction, day: BusinessDate) -> list[str]:
    """Return the merchants that fees and payouts of a day are of."""
    asked = _settled(day).distinct().order_by(merchants.c.merchant_id)
    return list(tx.connection.execute(asked).scalars())


def _settled(day: BusinessDate) -> Select[Any]:
    own = settlement_entries.c
    return (
        select(merchants.c.merchant_id)
        .join_from(settlement_entries, merchants, merchants.c.merchant_id == own.owner)
        .where(in_days(own.posting, day, day), own.account.in_([each.value for each in sorted(MERCHANTS)]))
    )
