"""Business days and their cutover (domain.md, Cutover)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from offline_collect.domain.business_days.dates import BusinessDate

CLOCK = "clock"
"""Who closes a day without anybody's command: the name in the audit."""


class DayState(StrEnum):
    """A day's life; each state is reached from the one before it."""

    OPEN = "OPEN"
    CUT = "CUT"
    RECONCILED = "RECONCILED"
    SETTLED = "SETTLED"


@dataclass(frozen=True, slots=True)
class BusinessDay:
    """A business day.

    Attributes:
        opened_at: when the cutover that opened it was made.
        previous: the date that was closed then; None for the first day.
    """

    date: BusinessDate
    state: DayState
    opened_at: dt.datetime
    previous: BusinessDate | None
