"""When a business day ends, and whether the clock may end it (docs/operating.md, What the clock still decides).

A cutover cannot be undone: it changes late fees and expiry of every bill. So the clock closes a day by itself
only if there is no doubt; an operator decides all other cases.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from offline_collect.domain.business_days.calendar import EVERY_DAY, ONE_DAY, BusinessCalendar
from offline_collect.domain.business_days.clock_readings import Readings
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.domain.errors import CutoverError, OpeningError
from offline_collect.domain.texts.phrases import Phrase

BETWEEN_CUTOVERS = dt.timedelta(hours=12)
"""How long a day stays open before the clock may close it."""

OPENED_AHEAD = dt.timedelta(hours=1)
"""How far a day's opening may be in the future of this clock: clocks of machines differ a little."""


class Verdict(StrEnum):
    """What the clock may do about the open day."""

    NOT_DUE = "NOT_DUE"
    UNPROVED = "UNPROVED"
    """The time of the cutover is past, but too few readings agree on it yet."""
    OPENED_LATELY = "OPENED_LATELY"
    """The time of the cutover is past, but the day was opened less than :data:`BETWEEN_CUTOVERS` ago."""
    DAYS_APART = "DAYS_APART"
    """Clock and open day disagree by more than one day of the calendar: one of them is wrong."""
    OPENED_AHEAD = "OPENED_AHEAD"
    """The day's opening is in the future of this clock: one of two clocks is wrong."""
    DUE = "DUE"


IN_DOUBT = frozenset({Verdict.DAYS_APART, Verdict.OPENED_AHEAD})
"""The cases that an operator must check."""


@dataclass(frozen=True, slots=True)
class CutoverTimes:
    """When days end.

    Attributes:
        timezone: the bank's time zone.
        at: local time of the cutover; None if days are closed by command only.
        calendar: the possible business dates.
    """

    timezone: dt.tzinfo
    at: dt.time | None
    calendar: BusinessCalendar = EVERY_DAY

    def passed(self, date: dt.date, now: dt.datetime) -> bool:
        """Whether the cutover of the business day ``date`` is before ``now``; always false without a cutover time.

        If a change to summer time skips the local time, the cutover is later by that change; if the time occurs
        twice, the first one counts.
        """
        if self.at is None:
            return False
        ends = dt.datetime.combine(date, self.at, self.timezone)
        return now >= ends.astimezone(dt.UTC)

    def date_of(self, now: dt.datetime) -> BusinessDate:
        """Return the business day that should be open at ``now``: the first whose cutover is not yet past."""
        today = now.astimezone(self.timezone).date()
        return self.calendar.first_from(today + ONE_DAY if self.passed(today, now) else today)

    def apart(self, open_date: dt.date, now: dt.datetime) -> bool:
        """Whether ``open_date`` and the clock disagree by more than one day of the calendar."""
        reached, following = self.date_of(now), self.calendar.next_after
        return reached > following(open_date) or open_date > following(reached)

    def judge(self, day: BusinessDay, readings: Readings) -> Verdict:
        """Return whether the clock may close the open day."""
        verdict = self.judge_once(day, readings.latest.wall)
        if verdict is Verdict.DUE and not readings.all_say(lambda wall: self.passed(day.date, wall)):
            return Verdict.UNPROVED
        return verdict

    def judge_once(self, day: BusinessDay, now: dt.datetime) -> Verdict:
        """Return whether a user may close the open day by the clock: he answers for this one reading of it."""
        if self.apart(day.date, now):
            return Verdict.DAYS_APART
        if day.opened_at - now > OPENED_AHEAD:
            return Verdict.OPENED_AHEAD
        if not self.passed(day.date, now):
            return Verdict.NOT_DUE
        if now - day.opened_at < BETWEEN_CUTOVERS:
            return Verdict.OPENED_LATELY
        return Verdict.DUE


class UnusualDay(StrEnum):
    """Why opening a business day needs confirmation."""

    LATER = "LATER"
    """It is later than the calendar's next day; no command can undo that."""
    NOT_WORKED = "NOT_WORKED"
    """It is not a business day of the calendar."""


def unusual_day(
    chosen: BusinessDate, following: BusinessDate, calendar: BusinessCalendar
) -> UnusualDay | None:
    """Return why ``chosen`` is unusual if ``following`` is the calendar's next day; None if it is not."""
    if chosen > following:
        return UnusualDay.LATER
    return None if calendar.is_business_day(chosen) else UnusualDay.NOT_WORKED


def unusual_words(unusual: UnusualDay, chosen: BusinessDate, following: BusinessDate) -> Phrase:
    """Return why opening ``chosen`` is unusual, if ``following`` is the next day."""
    if unusual is UnusualDay.LATER:
        return Phrase(
            "the next business day is {following}: no command goes back, and late fees and the expiry of bills follow the"
            " business day",
            following=str(following),
        )
    return Phrase(
        "{chosen} is not a business day of the calendar; the next one is {following}",
        chosen=str(chosen),
        following=str(following),
    )


@dataclass(frozen=True, slots=True)
class PlannedCutover:
    """A cutover that a user orders.

    Attributes:
        following: the calendar's next business day.
        unusual: why it needs confirmation; None if it does not.
    """

    closing: BusinessDate
    opening: BusinessDate
    following: BusinessDate
    unusual: UnusualDay | None


def plan_cutover(
    open_date: BusinessDate,
    closing: BusinessDate | None,
    opening: BusinessDate | None,
    calendar: BusinessCalendar,
) -> PlannedCutover | None:
    """Return the cutover that a user orders; None if the day is closed already.

    Args:
        open_date: the open business day.
        closing: the day to close; None for the open one.
        opening: the day to open; None for the calendar's next one.

    Raises:
        CutoverError: ``closing`` is later than the open day.
        OpeningError: ``opening`` is not later than ``closing``.
    """
    named = closing or open_date
    if named > open_date:
        raise CutoverError(
            Phrase(
                "business day {named} cannot be closed: {open_date} is open",
                named=str(named),
                open_date=str(open_date),
            )
        )
    if named < open_date:
        return None
    following = calendar.next_after(named)
    chosen = opening or following
    if chosen <= named:
        raise OpeningError(
            Phrase(
                "{chosen}: must be later than {named}, the day that is closed",
                chosen=str(chosen),
                named=str(named),
            )
        )
    return PlannedCutover(named, chosen, following, unusual_day(chosen, following, calendar))
