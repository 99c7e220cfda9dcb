"""The store as a whole: sessions for lanes, transactions for the back office."""

from __future__ import annotations

import copy
import datetime as dt
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import Connection

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.organisation import WHOLE, Scope
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import CLOCK, BusinessDay
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.database.bounded_cache import BoundedCache
from offline_collect.store.database.connection import (
    SQLITE_BEGIN,
    database_url,
    lane_engine,
    office_engine,
    snapshot_options,
    sqlite_path,
)
from offline_collect.store.database.driver_errors import Failures
from offline_collect.store.database.errors import StoreMissingError
from offline_collect.store.database.file_access import check_access
from offline_collect.store.database.settings import StoreSettings
from offline_collect.store.database.throttle import Others
from offline_collect.store.lane.session import SqlSession
from offline_collect.store.schema.version import check_schema
from offline_collect.store.sql import business_days as days
from offline_collect.store.sql.statements import statements_of
from offline_collect.store.sql.transaction import StoreTransaction


class SqlStore:
    """A store on SQLite, PostgreSQL or Oracle (``domain.ports.Store``)."""

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings
        self._lanes = lane_engine(settings)
        self._office = office_engine(settings)
        self._statements = statements_of(self._lanes.dialect.name)
        self._failures = Failures(self._office)
        self._others = Others()
        self._cache = BoundedCache(settings.cache_bytes)
        self._scope = WHOLE

    def within(self, scope: Scope) -> Self:
        """Return this store limited to a scope: its transactions find nothing outside it.

        Lanes and the business day have no scope: every terminal takes payments for merchants of all banks.
        """
        seen = copy.copy(self)
        seen._scope = scope  # noqa: SLF001 - same class
        return seen

    @property
    def has_one_writer(self) -> bool:
        """Whether whoever writes keeps all others from writing, so that no transaction may wait for anything else."""
        return self._office.dialect.name == "sqlite"

    def write_session(self) -> SqlSession:
        """Return a session whose batches lock and write."""
        return self._session(writes=True)

    def read_session(self) -> SqlSession:
        """Return a session whose batches only read."""
        return self._session(writes=False)

    @contextmanager
    def transaction(self) -> Iterator[StoreTransaction]:
        """Open a transaction that commits at the block's end and rolls back on an error.

        Raises:
            StoreError: what went wrong, in the engine's terms.
        """
        with self._opened({SQLITE_BEGIN: "BEGIN IMMEDIATE"}) as connection:
            yield StoreTransaction(connection, self._statements, self._scope)

    @contextmanager
    def snapshot(self) -> Iterator[StoreTransaction]:
        """Open a transaction that reads one consistent state, for as long as it runs.

        Raises:
            StoreError: what went wrong, in the engine's terms.
        """
        with self._opened(snapshot_options(self._office)) as connection:
            yield StoreTransaction(connection, self._statements, self._scope)

    def throttle(self, held_s: float) -> None:
        """Pause after a transaction that took ``held_s``, to let payments through (``database/throttle``)."""
        with self._opened({}) as connection:
            pause_s = self._others.pause_s(connection, held_s)
        time.sleep(pause_s)

    def open_day(self) -> BusinessDay:
        """Return the open business day.

        Raises:
            StoreError: the store cannot be reached, or has no first business day.
        """
        with self.snapshot() as reading:
            return days.require_open_day(reading)

    def cutover(
        self, closing: BusinessDate, opening: BusinessDate, now: dt.datetime, actor: Actor | str = CLOCK
    ) -> bool:
        """Close ``closing`` and open ``opening``; return False and do nothing if it is closed already.

        Raises:
            StoreError: the store cannot be reached, or a lane held the day too long.
        """
        with self.transaction() as tx:
            return days.cutover(tx, closing, opening, actor, now)

    def check(self) -> None:
        """Check that the store can be reached and that its tables are this program's.

        Raises:
            StoreError: a check failed; the message says what to do.
        """
        path = sqlite_path(database_url(self._settings.url))
        if path is not None and not path.is_file():
            raise StoreMissingError(
                Phrase("there is no store at {path}: run offline-collect init", path=str(path))
            )
        if path is not None:
            check_access(path, self._settings.group)
        with self.snapshot() as reading:
            check_schema(reading.connection)

    def dispose(self) -> None:
        """Release what the store itself holds; the code that requested a session closes it."""
        self._lanes.dispose()
        self._office.dispose()

    def _session(self, *, writes: bool) -> SqlSession:
        most = self._settings.page_records
        return SqlSession(self._lanes, self._statements, most, self._cache, writes=writes)

    @contextmanager
    def _opened(self, options: Mapping[str, Any]) -> Iterator[Connection]:
        with self._failures.told(), self._office.connect() as plain:
            connection = plain.execution_options(**options)
            with connection.begin():
                yield connection


def open_store(settings: StoreSettings) -> SqlStore:
    """Open a store whose tables exist.

    Raises:
        StoreError: the URL cannot be used, the database cannot be reached, or its tables are not this
            program's; the message says what to do.
    """
    store = SqlStore(settings)
    try:
        store.check()
    except BaseException:
        store.dispose()
        raise
    return store
