"""Creating a store, upgrading one, and opening its first business day."""

from __future__ import annotations

import datetime as dt

from offline_collect.app.clock import SystemClock
from offline_collect.app.config import Configuration
from offline_collect.app.errors import AppError
from offline_collect.app.office_wiring import store_settings, timezone
from offline_collect.app.setting_types import mask_url
from offline_collect.domain.dates import BusinessDate
from offline_collect.domain.days import next_business_date
from offline_collect.domain.ports import Clock
from offline_collect.merchant.roles import SYSTEM_USER
from offline_collect.store import SqlStore, append_audit, open_day, open_first_day, open_store, upgrade


class FirstDayError(AppError):
    """The store has business days already, so that its first one cannot be chosen any more."""


def set_up_store(
    configuration: Configuration, first_day: dt.date | None = None, clock: Clock | None = None
) -> list[str]:
    """Create or upgrade the store and open its first business day.

    Args:
        configuration: says where the store is.
        first_day: of a new store; None takes the date that the wall clock says.
        clock: the system's by default.

    Returns:
        what was done, a line each.

    Raises:
        FirstDayError: ``first_day`` is given, but the store's open day is another.
        StoreError: the store cannot be reached, or is a newer program's.
    """
    clock = clock or SystemClock()
    settings = configuration.settings
    changed = upgrade(store_settings(settings))
    store = open_store(store_settings(settings))
    try:
        day_line = _open_first_day(store, first_day, _todays_date(configuration, clock), clock)
    finally:
        store.dispose()
    place = mask_url(settings.database.url)
    return [f"{place}: {'tables are ready' if changed else 'nothing to upgrade'}", day_line]


def _open_first_day(store: SqlStore, asked: dt.date | None, today: BusinessDate, clock: Clock) -> str:
    first = today if asked is None else BusinessDate.of(asked)
    with store.transaction() as tx:
        now = clock.now()
        if open_first_day(tx, first, now):
            append_audit(tx, SYSTEM_USER, "store init", None, {"open": str(first)}, now)
            return f"business day {first} is open"
        day = open_day(tx)
    date = None if day is None else day.date
    if asked is not None and asked != date:
        raise FirstDayError(
            f"the store has business days already: {date} is open; `offline-collect day cutover` opens the next"
        )
    return f"business day {date} is open, as before"


def _todays_date(configuration: Configuration, clock: Clock) -> BusinessDate:
    """Return the date that the wall clock says; after the day's cutover that is tomorrow."""
    settings = configuration.settings
    local_now = clock.now().astimezone(timezone(settings))
    yesterday = BusinessDate.of(local_now.date() - dt.timedelta(days=1))
    return next_business_date(yesterday, local_now, settings.business.cutover)
