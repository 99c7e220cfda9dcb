"""Business days and their cutover (docs/operating.md, Business days)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from offline_collect.domain.business_days.dates import BusinessDate

CLOCK = "clock"
"""The name in the audit for a cutover by the clock."""


class DayState(StrEnum):
    """The states of a day, in order."""

    OPEN = "OPEN"
    CUT = "CUT"
    RECONCILED = "RECONCILED"
    SETTLED = "SETTLED"


@dataclass(frozen=True, slots=True)
class BusinessDay:
    """A business day.

    Attributes:
        opened_at: time of the cutover that opened it.
        previous: the date which that cutover closed; None for the first day.
    """

    date: BusinessDate
    state: DayState
    opened_at: dt.datetime
    previous: BusinessDate | None
