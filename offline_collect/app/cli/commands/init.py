"""`init`: creates a store or upgrades one, and opens its first business day."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from offline_collect.app.cli.support.confirm import Confirm, confirming
from offline_collect.app.cli.support.options import ConfigFile, Yes, date_option
from offline_collect.app.cli.support.tables import say
from offline_collect.app.config.load import Configuration, load_configuration
from offline_collect.app.errors import AppError
from offline_collect.app.wiring.backoffice import cutover_times, shown_store, store_settings
from offline_collect.app.wiring.clock import SystemClock
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import SYSTEM_USER
from offline_collect.domain.business_days.cutover import CutoverTimes, unusual_day, unusual_words
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.ports import Clock
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store import SqlStore, append_audit, open_day, open_first_day, open_store, upgrade


class FirstDayError(AppError):
    """The store already has business days, so its first one can no longer be chosen."""


def init(
    business_date: Annotated[
        dt.date | None,
        date_option(
            "--business-date",
            "First business day of a new store; one that is far ahead asks first. Default: today, or the next"
            " business day after cutover.",
        ),
    ] = None,
    yes: Yes = False,
    config: ConfigFile = None,
) -> None:
    """Create the store, or bring an older one up to date; safe to run again."""
    for line in set_up_store(load_configuration(config), business_date, confirming(yes=yes)):
        say(line)


def set_up_store(
    configuration: Configuration,
    first_day: dt.date | None,
    confirm: Confirm,
    clock: Clock | None = None,
) -> list[Phrase]:
    """Create or upgrade the store and open its first business day.

    Args:
        configuration: names the store.
        first_day: of a new store; None for the date of the wall clock.
        confirm: asks the user before a new store starts with a day far ahead.
        clock: the system's by default.

    Returns:
        what was done, one line for each step.

    Raises:
        AppError: the user did not confirm; the tables exist, and no day is open.
        FirstDayError: ``first_day`` is given, but the store's open day differs.
        StoreError: the store cannot be reached, or belongs to a newer version of this program.
    """
    clock = clock or SystemClock()
    settings = configuration.settings
    changed = upgrade(store_settings(settings))
    store = open_store(store_settings(settings))
    try:
        times, now = cutover_times(settings), clock.now()
        if first_day is not None and _has_no_days(store):
            _confirm(BusinessDate.of(first_day), times, now, confirm)
        day_line = _open_first_day(store, first_day, times.date_of(now), now)
    finally:
        store.dispose()
    done = Phrase("tables are ready") if changed else Phrase("nothing to upgrade")
    return [Phrase("{place}: {done}", place=shown_store(settings), done=done), day_line]


def _has_no_days(store: SqlStore) -> bool:
    with store.snapshot() as reading:
        return open_day(reading) is None


def _confirm(first: BusinessDate, times: CutoverTimes, now: dt.datetime, confirm: Confirm) -> None:
    today = times.date_of(now)
    following = times.calendar.next_after(today)
    unusual = unusual_day(first, following, times.calendar)
    if unusual is not None:
        confirm(
            Phrase(
                "business day {first} is to be the first, and by the clock it is {today}, but {why}",
                first=str(first),
                today=str(today),
                why=unusual_words(unusual, first, following),
            )
        )


def _open_first_day(store: SqlStore, asked: dt.date | None, today: BusinessDate, now: dt.datetime) -> Phrase:
    first = today if asked is None else BusinessDate.of(asked)
    with store.transaction() as tx:
        if open_first_day(tx, first, now):
            append_audit(
                tx, SYSTEM_USER, "store init", Subject(SubjectType.STORE), None, {"open": str(first)}, now
            )
            return Phrase("business day {day} is open", day=str(first))
        day = open_day(tx)
    date = None if day is None else day.date
    if asked is not None and asked != date:
        raise FirstDayError(
            Phrase(
                "the store has business days already: {day} is open; `offline-collect day cutover` opens the next",
                day=str(date),
            )
        )
    return Phrase("business day {day} is open, as before", day=str(date))
