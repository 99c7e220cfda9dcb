"""What tellers took, kept for a while: adding it up reads each payment of a day, and many people look at it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.teller_close import TakenByTellers
from offline_collect.domain.ports import Clock
from offline_collect.merchant.reports.kept_readings import KeptReadings
from offline_collect.store import StoreTransaction
from offline_collect.store.reports.teller_closes import taken_by_tellers


class TellerSums(NamedTuple):
    """What tellers took until a moment.

    Attributes:
        read_at: aware. What is counted is compared with it, so its readers see it.
    """

    taken: TakenByTellers
    read_at: dt.datetime


class TellerSumsKept(KeptReadings[BusinessDate, TellerSums]):
    """What tellers took on business days, by what their readers may see."""

    def __init__(
        self,
        clock: Clock,
        monotonic: Callable[[], float],
        begin: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        def read(reading: StoreTransaction, date: BusinessDate) -> TellerSums:
            now = clock.now()
            return TellerSums(taken_by_tellers(reading, date), now)

        super().__init__(read, monotonic, begin)
