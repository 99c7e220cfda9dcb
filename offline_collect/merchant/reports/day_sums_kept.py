"""The sums of business days, kept for a while: they take a reading of each payment of a day, and many people look at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.merchant.reports.kept_readings import KeptReadings
from offline_collect.store import StoreTransaction
from offline_collect.store.reports.day_hours import HourSum, hour_sums
from offline_collect.store.reports.paid_merchants import MerchantSum, merchant_sums

MERCHANTS_MOST = 10
"""Merchants that are named in each currency: those with the most money."""


@dataclass(frozen=True, slots=True)
class DaySums:
    """Sums of one day, of one moment.

    Attributes:
        hours: of all payments, by hour and institution.
        merchants: of the merchants with the most money, at most :data:`MERCHANTS_MOST` in each currency.
    """

    hours: Sequence[HourSum] = ()
    merchants: Sequence[MerchantSum] = ()


class DaySumsKept(KeptReadings[BusinessDate, DaySums]):
    """Sums of days by what their readers may see."""

    def __init__(
        self, monotonic: Callable[[], float], begin: Callable[[Callable[[], None]], None] | None = None
    ) -> None:
        super().__init__(_sums_of, monotonic, begin)


def _sums_of(reading: StoreTransaction, day: BusinessDate) -> DaySums:
    return DaySums(hour_sums(reading, day), merchant_sums(reading, day, MERCHANTS_MOST))
