"""What settlement and payouts say of a merchant's business days: the sums that were fixed, and the money that has gone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, select

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.reconciliation.settlement import MerchantDay
from offline_collect.domain.settlement.payouts import PayoutKind
from offline_collect.store.reports.ledger_postings import in_days
from offline_collect.store.schema.payout_tables import payouts, settlement_dues
from offline_collect.store.schema.reconciliation_tables import settlements
from offline_collect.store.sql.row_mapping import business_date
from offline_collect.store.sql.transaction import StoreTransaction

_DATE_DIGITS = 8


@dataclass(frozen=True, slots=True)
class SettledSum:
    """What a day was settled for.

    Attributes:
        monthly_fees_minor: the part of its fees that is charged with the month.
    """

    day: MerchantDay
    monthly_fees_minor: int


@dataclass(frozen=True, slots=True)
class PayoutMove:
    """A payout that was posted on a day, or one that failed, as its amount came back on that day.

    Attributes:
        amount_minor: what left the merchant's account; negative for what came back, and for what a merchant paid.
    """

    business_date: BusinessDate
    run_no: str
    kind: PayoutKind
    amount_minor: int
    failed: bool


def settled_sums(
    tx: StoreTransaction, merchant_id: str, first: BusinessDate, last: BusinessDate
) -> dict[BusinessDate, SettledSum]:
    """Return what a merchant's days were settled for, by date; a day without money has none."""
    own, due = settlements.c, settlement_dues.c
    sums = (
        own.merchant_id,
        own.currency,
        own.paid,
        own.gross_minor,
        own.reversed,
        own.reversals_minor,
        own.fees_minor,
    )
    same = and_(due.business_date == own.business_date, due.merchant_id == own.merchant_id)
    asked = (
        select(own.business_date, due.fees_minor.label("monthly"), *sums)
        .outerjoin_from(settlements, settlement_dues, same)
        .where(own.merchant_id == merchant_id, own.business_date.between(first, last))
    )
    found = {}
    for row in tx.connection.execute(asked):
        fixed = row._asdict()
        date, monthly = business_date(fixed.pop("business_date")), fixed.pop("monthly")
        found[date] = SettledSum(MerchantDay(**fixed), monthly or 0)
    return found


def payout_moves(
    tx: StoreTransaction, merchant_id: str, first: BusinessDate, last: BusinessDate
) -> list[PayoutMove]:
    """Return a merchant's payouts that were posted or came back on its days, in the order of their runs."""
    own = payouts.c
    found = []
    for failed, posting in ((False, own.posting), (True, own.failed_posting)):
        asked = (
            select(posting, own.run_no, own.kind, own.amount_minor)
            .where(own.merchant_id == merchant_id, in_days(posting, first, last))
            .order_by(own.run_no, own.sequence)
        )
        for serial, run_no, kind, minor in tx.connection.execute(asked):
            # A posting's serial number begins with its business date.
            day = BusinessDate.parse(serial[:_DATE_DIGITS])
            found.append(PayoutMove(day, run_no, PayoutKind(kind), -minor if failed else minor, failed))
    return found
