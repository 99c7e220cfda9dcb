"""Cutover, by the clock or by a user (docs/operating.md, Business days): the only place that closes a business day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.calendar import BusinessCalendar
from offline_collect.domain.business_days.clock_readings import Readings
from offline_collect.domain.business_days.cutover import CutoverTimes, PlannedCutover, Verdict, plan_cutover
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import CLOCK, BusinessDay
from offline_collect.store import SqlStore, cut_by

_CLOSING = "close the business day"


@dataclass(frozen=True, slots=True)
class DayLook:
    """The result of checking the business day.

    Attributes:
        day: the open day, after the cutover if this check made one.
        verdict: the verdict on the day that was open before the check.
        cut_by: who closed the day before ``day``; None for the first day, and unless ``known`` is another day.
    """

    day: BusinessDay
    verdict: Verdict
    cut_by: str | None


def cut_if_due(
    store: SqlStore, times: CutoverTimes, readings: Readings, known: BusinessDate | None = None
) -> DayLook:
    """Close the open day if its cutover time is past and there is no doubt, and open the calendar's next.

    Every server does this: the day to close is named, so the second one finds it closed and does nothing.

    Args:
        store: the store of the days.
        times: when days end.
        readings: the readings of this machine's clocks.
        known: the day that the caller knows as open; ``cut_by`` is looked up only if another day is open.

    Raises:
        StoreError: the store could not be reached or the day was locked too long; try again.
    """
    day = store.open_day()
    verdict = times.judge(day, readings)
    if verdict is Verdict.DUE:
        opening = times.calendar.next_after(day.date)
        store.cutover(day.date, opening, readings.latest.wall, CLOCK)
        day = store.open_day()
    if known in {None, day.date} or day.previous is None:
        return DayLook(day, verdict, None)
    with store.snapshot() as reading:
        return DayLook(day, verdict, cut_by(reading, day.previous))


def plan(
    store: SqlStore,
    actor: Actor,
    calendar: BusinessCalendar,
    closing: BusinessDate | None,
    opening: BusinessDate | None,
) -> PlannedCutover | None:
    """Return the cutover that a user orders; None if the day is closed already.

    Args:
        closing: the day to close; None for the open one.
        opening: the day to open; None for the calendar's next one.

    Raises:
        NotPermittedError, ScopeError: the actor may not close the business day, which all banks share.
        CutoverError, OpeningError: the day cannot be closed, or the other cannot be opened.
        StoreError: the store cannot be reached.
    """
    actor.require(Permission.CUTOVER)
    actor.require_whole(_CLOSING)
    return plan_cutover(store.open_day().date, closing, opening, calendar)


def close_day(store: SqlStore, actor: Actor, planned: PlannedCutover, now: dt.datetime) -> bool:
    """Close a business day and open the next; False, without effect, if it is closed already.

    Raises:
        NotPermittedError, ScopeError: the actor may not close the business day, which all banks share.
        StoreError: the store cannot be reached, or a lane held the day too long.
    """
    actor.require(Permission.CUTOVER)
    actor.require_whole(_CLOSING)
    return store.cutover(planned.closing, planned.opening, now, actor)
