"""The sums of business days, kept for a while: they take a reading of each payment of a day, and many people look at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.merchant.reports.kept_readings import KeptReadings
from offline_collect.store import StoreTransaction
from offline_collect.store.reports.day_hours import HourSum, hour_sums


class DaySumsKept(KeptReadings[BusinessDate, Sequence[HourSum]]):
    """Sums of days by what their readers may see."""

    def __init__(
        self, monotonic: Callable[[], float], begin: Callable[[Callable[[], None]], None] | None = None
    ) -> None:
        super().__init__(_sums_of, monotonic, begin)


def _sums_of(reading: StoreTransaction, day: BusinessDate) -> Sequence[HourSum]:
    return hour_sums(reading, day)
