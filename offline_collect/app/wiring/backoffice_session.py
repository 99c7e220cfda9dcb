"""The session of a back office command: the store, the clock and the acting user."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from offline_collect.app.config.load import Configuration, load_configuration
from offline_collect.app.wiring.acting_user import acting_name, glass_reason, os_account
from offline_collect.app.wiring.backoffice import store_settings, timezone
from offline_collect.app.wiring.clock import SystemClock
from offline_collect.domain.access.actor import Actor
from offline_collect.domain.ports import Clock
from offline_collect.merchant.access.acting import Claim, who_acts
from offline_collect.merchant.access.requests import DualControl
from offline_collect.store import SqlStore, open_store


@dataclass(frozen=True, slots=True)
class Office:
    """An open store, with everything that a change needs.

    Attributes:
        store: as the acting user sees it: only data in his scope is found.
        actor: the acting user.
    """

    configuration: Configuration
    store: SqlStore
    clock: Clock
    actor: Actor

    @property
    def who(self) -> str:
        """The acting user's name."""
        return self.actor.name

    @property
    def control(self) -> DualControl:
        """The control of requests that need two people."""
        hours = self.configuration.settings.approvals.expire_after_hours
        return DualControl(dt.timedelta(hours=hours))

    def local_time(self, moment: dt.datetime) -> str:
        """Return a moment in the business timezone, to the second, with the zone."""
        zone = timezone(self.configuration.settings)
        return moment.astimezone(zone).isoformat(" ", "seconds")


_open: ContextVar[Office | None] = ContextVar("open_office", default=None)


@contextmanager
def open_office(config: Path | None) -> Iterator[Office]:
    """Open the store of a configuration for the acting user, and close it at the end.

    Raises:
        ConfigurationError: the configuration is wrong.
        StoreError: there is no store, or it cannot be reached.
        MerchantError, DomainError: the command line's user may not act; see ``who_acts``.
    """
    configuration = load_configuration(config)
    store = open_store(store_settings(configuration.settings))
    try:
        clock, claim = SystemClock(), Claim(os_account(), acting_name(), glass_reason())
        actor = who_acts(store, claim, clock.now())
        office = Office(configuration, store.within(actor.scope), clock, actor)
        opened = _open.set(office)
        try:
            yield office
        finally:
            _open.reset(opened)
    finally:
        store.dispose()


@contextmanager
def office_at_hand(config: Path | None) -> Iterator[Office]:
    """Return the office that is open, if one is; else open one.

    Raises:
        as :func:`open_office` does.
    """
    at_hand = _open.get()
    if at_hand is not None:
        yield at_hand
        return
    with open_office(config) as office:
        yield office
