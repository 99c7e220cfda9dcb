"""Business days and their cutover (domain.md, Cutover)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from offline_collect.domain.dates import BusinessDate


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


def next_business_date(
    closing: BusinessDate, local_now: dt.datetime, cutover: dt.time | None
) -> BusinessDate:
    """Return the date that opens when ``closing`` is cut at ``local_now``.

    The day after, or, when the platform was down over several cutovers, the date that the wall clock has
    reached: cutover is the one place that looks at it.

    Args:
        closing: the day that is cut.
        local_now: aware, in the business timezone.
        cutover: the configured time; None where days are cut by command only.
    """
    reached = local_now.date()
    if cutover is not None and local_now.time() >= cutover:
        reached += dt.timedelta(days=1)
    return BusinessDate.of(max(closing + dt.timedelta(days=1), reached))
