"""What the back office's commands work with: the store, the clock, and who is asking."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from offline_collect.app.clock import SystemClock
from offline_collect.app.config import Configuration, load_configuration
from offline_collect.app.wiring import store_settings
from offline_collect.domain.ports import Clock
from offline_collect.store import SqlStore, open_store

WHO_MAX = 60


@dataclass(frozen=True, slots=True)
class Office:
    """An open store, with what every change to it needs.

    Attributes:
        who: the operating system's user, for the audit.
    """

    configuration: Configuration
    store: SqlStore
    clock: Clock
    who: str


@contextmanager
def open_office(config: Path | None) -> Iterator[Office]:
    """Open the store of a configuration, and let go of it at the end.

    Raises:
        ConfigurationError: the configuration is wrong.
        StoreError: there is no store, or it cannot be reached.
    """
    configuration = load_configuration(config)
    store = open_store(store_settings(configuration.settings))
    try:
        yield Office(configuration, store, SystemClock(), user_name())
    finally:
        store.dispose()


def user_name() -> str:
    """Return who runs the program; a user without a name is told by nothing better than that."""
    try:
        return getpass.getuser()[:WHO_MAX]
    except (KeyError, OSError):
        return "unknown user"
