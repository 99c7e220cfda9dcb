"""The sums of business days, kept for a while: they take a reading of each payment of a day, and many people look at them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from offline_collect.domain.access.organisation import Scope
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.merchant.reports.kept_readings import KEPT_MAX, KeptReadings
from offline_collect.store import StoreTransaction
from offline_collect.store.reports.day_hours import HourSum, hour_sums
from offline_collect.store.reports.paid_merchants import MerchantSum, merchant_sums

MERCHANTS_MOST = 10
"""Merchants that are named in each currency: those with the most money."""

MERCHANTS_EVERY = 20
"""Readings of a day's sums for one of its merchants: it takes longer, and payments would feel it each time."""


@dataclass(frozen=True, slots=True)
class DaySums:
    """Sums of one day.

    Attributes:
        hours: of all payments, by hour and institution.
        merchants: of the merchants with the most money, at most :data:`MERCHANTS_MOST` in each currency.
        hours_then: those of the moment at which ``merchants`` were read.
    """

    hours: Sequence[HourSum] = ()
    merchants: Sequence[MerchantSum] = ()
    hours_then: Sequence[HourSum] = ()


class DaySumsKept(KeptReadings[BusinessDate, DaySums]):
    """Sums of days by what their readers may see."""

    def __init__(
        self, monotonic: Callable[[], float], begin: Callable[[Callable[[], None]], None] | None = None
    ) -> None:
        super().__init__(self._sums_of, monotonic, begin)
        self._last: OrderedDict[tuple[Scope, BusinessDate], tuple[DaySums, int]] = OrderedDict()

    def _sums_of(self, reading: StoreTransaction, day: BusinessDate) -> DaySums:
        """Read the sums of a day, those of merchants once in :data:`MERCHANTS_EVERY` times; one thread reads."""
        hours, key = hour_sums(reading, day), (reading.scope, day)
        last, times = self._last.pop(key, (None, 0))
        if last is None or times >= MERCHANTS_EVERY:
            found, times = DaySums(hours, merchant_sums(reading, day, MERCHANTS_MOST), hours), 0
        else:
            found = replace(last, hours=hours)
        self._last[key] = found, times + 1
        while len(self._last) > KEPT_MAX:
            self._last.popitem(last=False)
        return found
