"""`day show`, `day calendar` and `day cutover`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from offline_collect.app.cli.actions.day_cutover import cut_day
from offline_collect.app.cli.support.confirm import asking, confirming
from offline_collect.app.cli.support.options import ConfigFile, Yes, date_option, group
from offline_collect.app.cli.support.options_paging import AsJson
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.tables import say
from offline_collect.app.config.calendar import read_calendar
from offline_collect.app.config.load import Configuration, load_configuration
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.app.wiring.clock import SystemClock
from offline_collect.domain.ports import Clock
from offline_collect.domain.texts.text import counted
from offline_collect.settlement.view import view_days

app = group()

DAYS_SHOWN = 30
DAYS_MAX = 1_000


@app.command()
def show(
    most: Annotated[
        int, typer.Option("--last", min=1, max=1000, help="How many days, the latest first.")
    ] = 10,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Print the latest business days and their states."""
    with open_office(config) as office:
        rows = [
            {
                "business_date": str(day.date),
                "state": day.state.value,
                "opened_at": office.local_time(day.opened_at),
                "previous": None if day.previous is None else str(day.previous),
            }
            for day in view_days(office.store, office.actor, most)
        ]
    columns = {
        "business_date": "Business day",
        "state": "State",
        "opened_at": "Opened",
        "previous": "Follows",
    }
    show_page(Page("days", None, columns, rows), as_json=as_json)


@app.command()
def calendar(
    first: Annotated[
        dt.date | None, date_option("--from", "The first date. Default: today, in the business timezone.")
    ] = None,
    last: Annotated[dt.date | None, date_option("--to", "The last date. Default: 30 days are shown.")] = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Print the coming dates, and which of them are business days by the configured calendar."""
    show_calendar(load_configuration(config), first, last, as_json=as_json)


@app.command()
def cutover(
    date: Annotated[
        dt.date | None,
        date_option(
            "--date",
            "The day to close; if it is already closed, nothing is done. Default: the open one.",
        ),
    ] = None,
    next_date: Annotated[
        dt.date | None,
        date_option("--next", "The day to open. Default: the next one of the business calendar."),
    ] = None,
    yes: Yes = False,
    config: ConfigFile = None,
) -> None:
    """Close the business day and open the next, in one transaction.

    To open another day than the next one of the business calendar, confirm it or give --yes.
    """
    with open_office(config) as office:
        typer.echo(cut_day(office, date, next_date, confirming(yes=yes), asking(yes=yes)))


def show_calendar(
    configuration: Configuration,
    first: dt.date | None,
    last: dt.date | None,
    clock: Clock | None = None,
    *,
    as_json: bool = False,
) -> None:
    """Print dates with their weekdays and whether they are business days.

    Args:
        configuration: names the calendar.
        first: None for today in the business timezone.
        last: None for a month from ``first`` on.
        clock: the system's by default.
        as_json: whether to print JSON.

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
    words = {True: "business day", False: "no business day"}
    rows = [
        {
            "date": str(date),
            "weekday": f"{date:%a}",
            "business_day": worked if as_json else words[worked],
        }
        for date, worked in dates
    ]
    columns = {"date": "Date", "weekday": "", "business_day": "Calendar"}
    show_page(Page("dates", None, columns, rows), as_json=as_json)
    if as_json:
        return
    say(f"{counted(sum(worked for _, worked in dates), 'business day')} of {counted(len(dates), 'day')}")
    say(_source(settings.business.calendar, calendar.holidays))


def _source(file: str | None, holidays: frozenset[dt.date]) -> str:
    if file is None:
        return "no calendar is configured (business.calendar): every date is a business day"
    until = f"lists holidays up to {max(holidays)}" if holidays else "lists no holidays"
    return f"{file} {until}"
