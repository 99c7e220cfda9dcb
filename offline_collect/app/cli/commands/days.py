"""`day show`, `day calendar` and `day cutover`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from offline_collect.app.cli.actions.day_calendar import show_calendar
from offline_collect.app.cli.actions.day_cutover import cut_day
from offline_collect.app.cli.support.confirm import confirming
from offline_collect.app.cli.support.options import ConfigFile, Yes, date_option, group
from offline_collect.app.cli.support.tables import show_table
from offline_collect.app.config.load import load_configuration
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.merchant.access.roles import Permission
from offline_collect.store import recent_days

app = group()


@app.command()
def show(
    most: Annotated[
        int, typer.Option("--last", min=1, max=1000, help="How many days, the latest first.")
    ] = 10,
    config: ConfigFile = None,
) -> None:
    """Print the latest business days and their states."""
    with open_office(config) as office:
        office.require(Permission.VIEW)
        with office.store.snapshot() as reading:
            days = recent_days(reading, most)
        rows = [(day.date, day.state.value, office.local_time(day.opened_at), day.previous) for day in days]
    show_table(("Business day", "State", "Opened", "Follows"), rows)


@app.command()
def calendar(
    first: Annotated[
        dt.date | None, date_option("--from", "The first date. Default: today, in the business timezone.")
    ] = None,
    last: Annotated[dt.date | None, date_option("--to", "The last date. Default: 30 days are shown.")] = None,
    config: ConfigFile = None,
) -> None:
    """Print the coming dates, and which of them are business days by the configured calendar."""
    show_calendar(load_configuration(config), first, last)


@app.command()
def cutover(
    date: Annotated[
        dt.date | None,
        date_option(
            "--date",
            "The day that is closed; if it is closed already, nothing is done. Default: the open one.",
        ),
    ] = None,
    next_date: Annotated[
        dt.date | None,
        date_option("--next", "The day that opens. Default: the next one of the business calendar."),
    ] = None,
    yes: Yes = False,
    config: ConfigFile = None,
) -> None:
    """Close the business day and open the next, in one transaction.

    What opens another day than the next one of the business calendar asks first, or needs --yes.
    """
    with open_office(config) as office:
        office.require(Permission.CUTOVER)
        typer.echo(cut_day(office, date, next_date, confirming(yes=yes)))
