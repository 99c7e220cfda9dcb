"""Cutover by command: names the day that it closes, and does nothing if that is closed already."""

from __future__ import annotations

import datetime as dt

from offline_collect.app.cli.support.confirm import Confirm
from offline_collect.app.config.calendar import read_calendar
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.domain.business_calendar import BusinessCalendar
from offline_collect.domain.dates import BusinessDate
from offline_collect.domain.errors import CutoverError
from offline_collect.store import cutover


def cut_day(office: Office, closing: dt.date | None, opening: dt.date | None, confirm: Confirm) -> str:
    """Close a business day and open another.

    Args:
        office: the store, the clock, and who asks.
        closing: the day to close; None takes the open one.
        opening: the day to open; None takes the next one of the business calendar.
        confirm: is asked before an unusual day is opened.

    Returns:
        what was done, in words.

    Raises:
        CutoverError: ``closing`` is later than the open day.
        UsageError: ``opening`` is not later than ``closing``.
        AppError: it was not confirmed.
    """
    open_date = office.store.open_day().date
    named = open_date if closing is None else BusinessDate.of(closing)
    if named > open_date:
        raise CutoverError(f"business day {named} cannot be closed: {open_date} is open")
    if named < open_date:
        return _closed_already(named, open_date)
    calendar = read_calendar(office.configuration.settings)
    chosen = calendar.next_after(named) if opening is None else BusinessDate.of(opening)
    if chosen <= named:
        raise UsageError(f"--next {chosen}: must be later than {named}, the day that is closed")
    unusual = unusual_day(chosen, calendar.next_after(named), calendar)
    if unusual is not None:
        confirm(f"business day {chosen} is to be opened after {named}, but {unusual}")
    with office.store.transaction() as tx:
        done = cutover(tx, named, chosen, office.who, office.clock.now())
    return (
        f"business day {named} is closed; {chosen} is open"
        if done
        else _closed_already(named, office.store.open_day().date)
    )


def unusual_day(chosen: BusinessDate, following: BusinessDate, calendar: BusinessCalendar) -> str | None:
    """Return why somebody should think again before ``chosen`` is opened where ``following`` is the next day."""
    if chosen > following:
        return (
            f"the next business day is {following}: no command goes back, and late fees and the expiry of"
            " bills follow the business day"
        )
    if not calendar.is_business_day(chosen):
        return f"{chosen} is no business day of the calendar; the next one is {following}"
    return None


def _closed_already(named: BusinessDate, open_date: BusinessDate) -> str:
    return f"business day {named} is closed already; {open_date} is open"
