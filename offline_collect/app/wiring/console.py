"""Makes the console from the configuration."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from offline_collect.app.config.schemas import Schemas
from offline_collect.app.config.settings import Settings
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.clock import SystemClock
from offline_collect.app.wiring.key_custody import custody
from offline_collect.console.parts import EntryLayouts, KeyCustody, TradeTerms
from offline_collect.console.settings import ConsoleSettings, Office
from offline_collect.domain.access.sessions import SessionTimes
from offline_collect.domain.currencies import CURRENCY_CODES
from offline_collect.merchant.access.requests import DualControl
from offline_collect.merchant.access.sign_in import SignInRules
from offline_collect.merchant.reports.today_kept import TodayKept
from offline_collect.store import SqlStore

_MIB = 1024 * 1024


def console_settings(settings: Settings) -> ConsoleSettings:
    """Return the console's own settings."""
    own = settings.console
    return ConsoleSettings(
        proxies=tuple(own.proxies),
        certificate=None if own.certificate is None else Path(own.certificate),
        key=None if own.key is None else Path(own.key),
        threads=own.threads,
        body_max=own.upload_mib * _MIB,
    )


def sign_in_rules(settings: Settings) -> SignInRules:
    """Return what is asked of users who sign in."""
    own = settings.console
    times = SessionTimes(
        idle=dt.timedelta(minutes=own.idle_minutes),
        absolute=dt.timedelta(hours=own.absolute_hours),
        confirmed=dt.timedelta(minutes=own.confirm_minutes),
    )
    return SignInRules(times, own.require_totp)


def page_parts(settings: Settings) -> tuple[Any, ...]:
    """Return what single pages need.

    Raises:
        SchemaFileError, SchemaError, YamlError: a schema is missing or invalid.
    """
    schemas = Schemas(settings.schemas_dir)
    names = {number: element.name for number, element in schemas.dialect("iso87").elements.items()}
    return (
        TradeTerms(CURRENCY_CODES[settings.business.currency].number, names),
        EntryLayouts(schemas.read("files/customers"), schemas.read("files/bills")),
        KeyCustody(lambda: custody(settings)),
    )


def console_office(settings: Settings, store: SqlStore) -> Office:
    """Return what the pages work on."""
    return Office(
        store=store,
        clock=SystemClock(),
        rules=sign_in_rules(settings),
        control=DualControl(dt.timedelta(hours=settings.approvals.expire_after_hours)),
        zone=timezone(settings),
        settings=console_settings(settings),
        parts=(TodayKept(SystemClock.monotonic), *page_parts(settings)),
    )
