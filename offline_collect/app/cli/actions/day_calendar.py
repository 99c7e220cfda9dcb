"""`day calendar`: the coming dates, and which of them are business days."""

from __future__ import annotations

import datetime as dt

from offline_collect.app.cli.support.tables import say, show_table
from offline_collect.app.config.calendar import read_calendar
from offline_collect.app.config.load import Configuration
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.clock import SystemClock
from offline_collect.domain.ports import Clock
from offline_collect.domain.text import counted

DAYS_SHOWN = 30
DAYS_MAX = 1_000


def show_calendar(
    configuration: Configuration, first: dt.date | None, last: dt.date | None, clock: Clock | None = None
) -> None:
    """Print dates with their weekdays and whether they are business days.

    Args:
        configuration: says which calendar.
        first: None takes today in the business timezone.
        last: None takes a month from ``first`` on.
        clock: the system's by default.

    Raises:
        UsageError: ``last`` is before ``first``, or too far from it.
    """
    settings = configuration.settings
    since = first or (clock or SystemClock()).now().astimezone(timezone(settings)).date()
    until = last or since + dt.timedelta(days=DAYS_SHOWN - 1)
    if until < since:
        raise UsageError(f"--to {until}: is before {since}")
    if (until - since).days >= DAYS_MAX:
        raise UsageError(f"--to {until}: at most {DAYS_MAX} days are shown at once")
    calendar = read_calendar(settings)
    dates = list(calendar.between(since, until))
    rows = [(date, f"{date:%a}", "business day" if worked else "no business day") for date, worked in dates]
    show_table(("Date", "", "Calendar"), rows)
    say(f"{counted(sum(worked for _, worked in dates), 'business day')} of {counted(len(dates), 'day')}")
    say(_source(settings.business.calendar, calendar.holidays))


def _source(file: str | None, holidays: frozenset[dt.date]) -> str:
    if file is None:
        return "no calendar is configured (business.calendar): every date is a business day"
    until = f"lists holidays up to {max(holidays)}" if holidays else "lists no holidays"
    return f"{file} {until}"
