"""The merchants with the most money on a business day, kept longer than other sums: payments would feel each reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.merchant.reports.kept_readings import KeptReadings
from offline_collect.store import StoreTransaction
from offline_collect.store.reports.day_hours import HourSum, hour_sums
from offline_collect.store.reports.paid_merchants import MerchantSum, merchant_sums

MERCHANTS_MOST = 10
"""Merchants that are named in each currency."""


@dataclass(frozen=True, slots=True)
class PaidMerchants:
    """The merchants with the most money on a day.

    Attributes:
        named: at most :data:`MERCHANTS_MOST` in each currency, the first first.
        hours: the payments of all merchants at the same moment.
    """

    named: Sequence[MerchantSum] = ()
    hours: Sequence[HourSum] = ()


class PaidMerchantsKept(KeptReadings[BusinessDate, PaidMerchants]):
    """Merchants of days by what their readers may see."""

    kept_times: ClassVar[int] = 400
    """With twenty, as other sums have, payments beside ten people kept three quarters of their rate."""

    def __init__(
        self, monotonic: Callable[[], float], begin: Callable[[Callable[[], None]], None] | None = None
    ) -> None:
        super().__init__(_merchants_of, monotonic, begin)


def _merchants_of(reading: StoreTransaction, day: BusinessDate) -> PaidMerchants:
    return PaidMerchants(merchant_sums(reading, day, MERCHANTS_MOST), hour_sums(reading, day))
