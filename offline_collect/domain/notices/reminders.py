"""When a payer is reminded of a bill that is not paid: some days before its due date, and some days after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import zip_longest

from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.values import value

LATEST = dt.timedelta(days=6)
"""How much later than its day the last reminder may go out, so that nobody is reminded of old bills all at once."""


@value
class ReminderTerms:
    """The days on which payers are reminded.

    Attributes:
        before: days before the due date, at least 1.
        after: days after the due date, at least 1.
    """

    before: Sequence[int]
    after: Sequence[int]


NO_REMINDERS = ReminderTerms((), ())


@value
class Reminder:
    """A reminder that is due on a business day, of all bills whose due dates are in a range.

    Attributes:
        days: after the due date; before it, with a minus. It names the reminder.
        first: the first due date.
        last: the last due date.
    """

    kind: NoticeKind
    days: int
    first: dt.date
    last: dt.date


def reminders_on(terms: ReminderTerms, today: dt.date) -> Sequence[Reminder]:
    """Return the reminders that are due on a business day; each due date is in one of them at most.

    A day on which nobody was reminded is made up for: a bill gets the reminder whose day was last, and none of the
    former ones, which would come together with it.
    """
    days = sorted({*(-each for each in terms.before), *terms.after})
    return [_reminder(each, later, today) for each, later in zip_longest(days, days[1:])]


def _reminder(days: int, later: int | None, today: dt.date) -> Reminder:
    """Return a reminder for the bills whose next one, ``later`` days after the due date, is to come."""
    last = today - dt.timedelta(days=days)
    first = last - LATEST if later is None else today - dt.timedelta(days=later - 1)
    if days < 0:
        # Who is told that a bill will be due must not read it after that day.
        return Reminder(NoticeKind.DUE_SOON, days, max(first, today), last)
    return Reminder(NoticeKind.OVERDUE, days, max(first, last - LATEST), last)
