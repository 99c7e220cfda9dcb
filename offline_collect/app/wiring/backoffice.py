"""Makes the back office's time zone, business rules and store settings from the configuration.

Separate from the server's wiring, so that a command that only reads a table does not wait for the server's
imports.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from pathlib import Path

from offline_collect.app.config.calendar import read_calendar
from offline_collect.app.config.settings import Settings
from offline_collect.app.config.types import mask_url
from offline_collect.domain.business_days.cutover import CutoverTimes
from offline_collect.domain.decisions.deciding import Terms
from offline_collect.store import StoreSettings

_LONGEST_LOCK_MS = 2_000
_LONGEST_STATEMENT_MS = 5_000


def timezone(settings: Settings) -> dt.tzinfo:
    """Return the business timezone."""
    return zoneinfo.ZoneInfo(settings.business.timezone)


def terms(settings: Settings) -> Terms:
    """Return the business rules for decisions."""
    return Terms(
        timezone=timezone(settings),
        quote_grace=dt.timedelta(minutes=settings.business.quote_grace_minutes),
        skew=dt.timedelta(seconds=settings.business.skew_s),
    )


def cutover_times(settings: Settings) -> CutoverTimes:
    """Return when business days end."""
    return CutoverTimes(timezone(settings), settings.business.cutover, read_calendar(settings))


def institutions_by_totals(settings: Settings) -> frozenset[str]:
    """Return the institutions whose totals in balance stand for a file of the day, without leading zeros."""
    return frozenset(
        institution.lstrip("0")
        for link in settings.links
        if link.reconcile_by == "totals"
        for institution in link.institutions
    )


def shown_store(settings: Settings) -> str:
    """Return the store's URL as people may see it: a SQLite file by its absolute path, without passwords."""
    url = settings.database.url
    if settings.database.embedded:
        place, at, query = url.removeprefix("sqlite:///").partition("?")
        url = f"sqlite:///{Path(place).absolute()}{at}{query}"
    return mask_url(url)


def store_settings(settings: Settings) -> StoreSettings:
    """Return the store's settings; its timeouts are shorter than every link's deadline."""
    shortest = min(link.request_timeout_ms for link in settings.links)
    return StoreSettings(
        url=settings.database.url,
        lock_timeout_ms=min(_LONGEST_LOCK_MS, shortest // 3),
        statement_timeout_ms=min(_LONGEST_STATEMENT_MS, shortest // 2),
        group=settings.store.group,
        cache_bytes=settings.lanes.cache_mib * 1024 * 1024,
        page_records=terms(settings).page_records,
    )
