"""The notices of a business day that is settled, to the merchants themselves: their statements are ready."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.effects import NO_CUSTOMER, Notice, NoticeKind
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.reconciliation.settlement import MerchantDay


def statement_notices(
    settled: Iterable[tuple[Merchant, MerchantDay]], day: BusinessDate, now: dt.datetime
) -> Iterator[Notice]:
    """Yield a notice for each merchant that wants to know of its statements; the amount is its net of the day.

    Args:
        settled: the merchants with their sums of the day.
        day: the business day.
        now: when it is settled.
    """
    for merchant, sums in settled:
        if merchant.tells(NoticeKind.STATEMENT_READY):
            yield statement_notice(sums, day, now)


def statement_notice(sums: MerchantDay, day: BusinessDate, now: dt.datetime) -> Notice:
    """Return the notice of a merchant's sums of a business day."""
    kind = NoticeKind.STATEMENT_READY
    return Notice(
        notice_id=f"{kind.value}:{sums.merchant_id}/{day.compact}",
        kind=kind,
        merchant_id=sums.merchant_id,
        customer_no=NO_CUSTOMER,
        bill_no=day.isoformat(),
        payment_serial=None,
        amount_minor=sums.net_minor,
        currency=sums.currency,
        created_at=now,
    )
