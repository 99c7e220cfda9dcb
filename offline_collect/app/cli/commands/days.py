"""`day show | calendar | cutover | reconcile | settle | settlement | tellers | count | voucher | statements | run`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

import typer

from offline_collect.app.cli.actions.day_cutover import cut_day
from offline_collect.app.cli.commands.days_run import run
from offline_collect.app.cli.commands.days_statements import statements
from offline_collect.app.cli.commands.days_tellers import count, tellers
from offline_collect.app.cli.commands.days_voucher import voucher
from offline_collect.app.cli.commands.recon import day_of
from offline_collect.app.cli.support.confirm import asking, confirming
from offline_collect.app.cli.support.options import ConfigFile, Yes, date_option, group
from offline_collect.app.cli.support.options_paging import AsJson
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.tables import say
from offline_collect.app.config.calendar import read_calendar
from offline_collect.app.config.load import Configuration, load_configuration
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice import institutions_by_totals, timezone
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.app.wiring.clock import SystemClock
from offline_collect.app.wiring.payouts import payout_terms
from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.money import format_major
from offline_collect.domain.ports import Clock
from offline_collect.domain.reconciliation.settlement import MerchantDay
from offline_collect.domain.settlement.payouts import Run
from offline_collect.domain.texts.counts import business_days_counted, days_counted, payouts_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.settlement.payouts.left_out import left_out_text
from offline_collect.settlement.payouts.view import view_runs
from offline_collect.settlement.reconciliation.days import (
    look_at_first_settled,
    reconcile_day,
    settle_day,
    view_settlement,
)
from offline_collect.settlement.view import view_agreements, view_days

app = group()
app.command()(tellers)
app.command()(count)
app.command()(voucher)
app.command()(run)
app.command()(statements)

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
        days = view_days(office.store, office.actor, most)
        agreed = view_agreements(office.store, office.actor, [day.date for day in days])
        rows = [
            {
                "business_date": str(day.date),
                "state": day.state.value,
                "opened_at": office.local_time(day.opened_at),
                "previous": None if day.previous is None else str(day.previous),
                "totals": [
                    f"{each.institution} {office.local_time(each.at)}"
                    for each in agreed
                    if each.business_date == day.date
                ],
            }
            for day in days
        ]
    columns = {
        "business_date": Phrase.in_context("list", "Business day"),
        "state": Phrase.in_context("list", "State"),
        "opened_at": Phrase.in_context("list", "Opened"),
        "previous": Phrase.in_context("list", "Follows"),
        "totals": Phrase.in_context("list", "Totals agreed"),
    }
    show_page(Page("days", None, columns, rows, codes={"state": "day"}), as_json=as_json)


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
        say(cut_day(office, date, next_date, confirming(yes=yes), asking(yes=yes)))


Day = Annotated[str, typer.Argument(metavar="DATE", help="The business day.", show_default=False)]


@app.command()
def reconcile(date: Day, config: ConfigFile = None) -> None:
    """Declare a closed day reconciled: each institution's file was taken, and no difference is open.

    For an institution whose link says `reconcile_by: totals`, totals in balance stand for a file.
    """
    day = day_of(date)
    with open_office(config) as office:
        by_totals = institutions_by_totals(office.configuration.settings)
        reconcile_day(office.store, office.actor, day, office.clock.now(), by_totals)
    say(
        Phrase(
            "business day {day} is RECONCILED; `offline-collect day settle {day}` settles it", day=str(day)
        )
    )


@app.command()
def settle(
    date: Day,
    begin_here: Annotated[
        bool,
        typer.Option(
            "--begin-here", help="Settle it as the first day: money of days before it is never settled."
        ),
    ] = False,
    yes: Yes = False,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Settle a reconciled day: each merchant's sums are fixed, and nothing of the day ever changes again."""
    day = day_of(date)
    with open_office(config) as office:
        if begin_here:
            look_at_first_settled(office.store, office.actor, day)
            confirming(yes=yes)(
                Phrase(
                    "{day} would be the first settled day; what was posted before it is never settled",
                    day=str(day),
                )
            )
        settled = settle_day(
            office.store,
            office.actor,
            day,
            office.clock.now(),
            payout_terms(office.configuration),
            begins_here=begin_here,
        )
        runs, _ = view_runs(office.store, office.actor, day, (None, _RUNS_SHOWN))
    _show_sums(settled.sums, as_json=as_json)
    if not as_json:
        say(Phrase("business day {day} is SETTLED", day=str(day)))
        for left in settled.left_out:
            say(left_out_text(left))
        for each in runs:
            say(_made(each.run))


_RUNS_SHOWN = 100


def _made(run: Run) -> Phrase:
    total = format_major(run.total_minor, run.currency)
    return Phrase(
        "run {run_no} of {organisation_id}: {payouts}, {total} {code}; `offline-collect"
        " settle write {run_no}` writes its file",
        run_no=run.run_no,
        organisation_id=run.organisation_id,
        payouts=payouts_counted(run.payout_count),
        total=total,
        code=CURRENCIES[run.currency].code,
    )


@app.command()
def settlement(date: Day, as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Show what each merchant was settled for a day."""
    with open_office(config) as office:
        sums = view_settlement(office.store, office.actor, day_of(date))
    _show_sums(sums, as_json=as_json)


def _show_sums(sums: Sequence[MerchantDay], *, as_json: bool) -> None:
    columns = {
        "merchant": Phrase.in_context("list", "Merchant"),
        "currency": Phrase.in_context("list", "Currency"),
        "paid": Phrase.in_context("list", "Paid"),
        "gross": Phrase.in_context("list", "Gross"),
        "reversed": Phrase.in_context("list", "Reversed"),
        "reversals": Phrase.in_context("list", "Reversals"),
        "fees": Phrase.in_context("list", "Fees"),
        "net": Phrase.in_context("list", "Net"),
    }
    rows = [
        {
            "merchant": each.merchant_id,
            "currency": CURRENCIES[each.currency].code,
            "paid": each.paid,
            "gross": format_major(each.gross_minor, each.currency),
            "reversed": each.reversed,
            "reversals": format_major(each.reversals_minor, each.currency),
            "fees": format_major(each.fees_minor, each.currency),
            "net": format_major(each.net_minor, each.currency),
        }
        for each in sums
    ]
    right = frozenset(columns) - {"merchant", "currency"}
    show_page(Page("merchants", Phrase("no merchant had money"), columns, rows, right=right), as_json=as_json)


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
    _check_span(since, until)
    calendar = read_calendar(settings)
    dates = list(calendar.between(since, until))
    words = {True: Phrase("business day"), False: Phrase("no business day")}
    rows = [
        {
            "date": str(date),
            "weekday": _WEEKDAYS[date.weekday()],
            "business_day": worked if as_json else words[worked],
        }
        for date, worked in dates
    ]
    show_page(Page("dates", None, _DATE_COLUMNS, rows), as_json=as_json)
    if as_json:
        return
    say(
        Phrase(
            "{business_days} of {days}",
            business_days=business_days_counted(sum(worked for _, worked in dates)),
            days=days_counted(len(dates)),
        )
    )
    say(_source(settings.business.calendar, calendar.holidays))


_DATE_COLUMNS = {
    "date": Phrase.in_context("list", "Date"),
    "weekday": Phrase.in_context("list", "Weekday"),
    "business_day": Phrase.in_context("list", "Calendar"),
}
_WEEKDAYS = (
    Phrase.in_context("weekday", "Mon"),
    Phrase.in_context("weekday", "Tue"),
    Phrase.in_context("weekday", "Wed"),
    Phrase.in_context("weekday", "Thu"),
    Phrase.in_context("weekday", "Fri"),
    Phrase.in_context("weekday", "Sat"),
    Phrase.in_context("weekday", "Sun"),
)


def _check_span(since: dt.date, until: dt.date) -> None:
    if until < since:
        raise UsageError(Phrase("--to {until}: is before {since}", until=str(until), since=str(since)))
    if (until - since).days >= DAYS_MAX:
        raise UsageError(
            Phrase("--to {until}: at most {most} days are shown at once", until=str(until), most=DAYS_MAX)
        )


def _source(file: str | None, holidays: frozenset[dt.date]) -> Phrase:
    if file is None:
        return Phrase("no calendar is configured (business.calendar): every date is a business day")
    if holidays:
        return Phrase("{file} lists holidays up to {date}", file=file, date=str(max(holidays)))
    return Phrase("{file} lists no holidays", file=file)
