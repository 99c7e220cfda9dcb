"""A lane's connection: the batch's transaction, its facts, its effects (``domain.ports.Session``)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine

from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.domain.effects import Effects
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.ports import Cause
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.database.bounded_cache import BoundedCache
from offline_collect.store.database.bulk_write import BulkWrites
from offline_collect.store.database.connection import SQLITE_BEGIN, snapshot_options, sqlite_path
from offline_collect.store.database.driver_errors import Failures
from offline_collect.store.database.errors import (
    LockTimeoutError,
    NoOpenDayError,
    RefusedError,
    StoreError,
    StoreWentBackError,
    UnavailableError,
)
from offline_collect.store.database.list_write import ListWrites
from offline_collect.store.database.raw_select import (
    Read,
    read_rows,
    read_together,
)
from offline_collect.store.database.round_trip import (
    COMMIT,
    Statement,
    begin_round_trips,
    failed_before_commit,
    round_trip,
)
from offline_collect.store.lane.load_facts import Loader
from offline_collect.store.lane.serial_numbers import take_numbers
from offline_collect.store.lane.write_effects import write_effects
from offline_collect.store.sql.row_locks import HOLD_DAY
from offline_collect.store.sql.row_mapping import day_from_row
from offline_collect.store.sql.statements import Statements

PIPED_MAX = 32
"""For how many commands writes and commit go to PostgreSQL in one round trip; for more, COPY is faster."""

_HOLD_DAY = Statement(HOLD_DAY.encode(), kept=True)
_DAY_LOCKED = "another session of the database holds the table business_days, and every payment waits for it"


class SqlSession:
    """One lane's connection; used by one thread at a time.

    The first begin opens the connection. The next begin opens it again after it was lost, or after the store
    could not serve over it: the database may have become read-only, or may now be another one.

    Args:
        cache: the merchants and forms of the store's sessions.
    """

    def __init__(
        self,
        engine: Engine,
        statements: Statements,
        page_records: int,
        cache: BoundedCache,
        *,
        writes: bool,
    ) -> None:
        self._engine = engine
        self._statements = statements
        self._writes = writes
        self._failures = Failures(engine)
        self._loader = Loader(statements, page_records, cache, locks=writes)
        self._connection: Connection | None = None
        self._round_trips = engine.dialect.name == "postgresql"
        self._path = sqlite_path(engine.url)
        self._file: tuple[int, int] | None = None
        self._numbers_end = 0
        self._told = _Told(self._failures, self._note)
        self._outdated = False
        self._committed_beneath = False

    def begin(self) -> BusinessDay:
        """See :class:`offline_collect.domain.ports.Session`."""
        with self._told:
            connection = self._begun()
            if not self._writes:
                rows = read_rows(connection, self._statements.open_day, {})
            else:
                if connection.dialect.name != "sqlite":
                    self._hold_day(connection)
                rows = read_rows(connection, self._statements.open_day_counted, {})
        if not rows:
            raise NoOpenDayError
        if self._writes:
            self._refuse_earlier_state(rows[0][-1])
        return day_from_row(rows[0])

    def begin_and_load(self, wants: Wants, facts: Facts) -> None:
        """See :class:`offline_collect.domain.ports.Session`."""
        if not self._round_trips:
            facts.day = self.begin()
            self.load(wants, facts)
            return
        with self._told:
            connection = self._begun()
            reads = self._loader.first_reads(wants, facts, bills=True)
            day, found = self._read_with_day(connection, list(reads.values()))
        if not day:
            raise NoOpenDayError
        if self._writes:
            self._refuse_earlier_state(day[0][-1])
        facts.day = day_from_row(day[0])
        with self._told:
            self._loader.take(connection, wants, facts, dict(zip(reads, found, strict=True)))

    def _read_with_day(
        self, connection: Connection, reads: list[Read]
    ) -> tuple[Sequence[Sequence[Any]], list[Sequence[Sequence[Any]]]]:
        """Return the open day and the rows of ``reads``, in one round trip; a write session holds the day first."""
        if not self._writes:
            day, *found = read_together(connection, [Read(self._statements.open_day), *reads])
            return day, found
        counted = Read(self._statements.open_day_counted)
        done: list[Any] = []
        try:
            day, *found = read_together(connection, [counted, *reads], [_HOLD_DAY], done)
        except self._failures.kinds as error:
            if not done:
                self._refuse_locked_day(error)
            raise
        return day, found

    def _hold_day(self, connection: Connection) -> None:
        try:
            connection.exec_driver_sql(HOLD_DAY)
        except self._failures.kinds as error:
            self._refuse_locked_day(error)
            raise

    def _refuse_locked_day(self, error: Exception) -> None:
        """Say in a timeout's error that it waited for the day."""
        meant = self._failures.meaning(error)
        if isinstance(meant, LockTimeoutError):
            raise LockTimeoutError(f"{_DAY_LOCKED}: {meant}") from None

    def load(self, wants: Wants, facts: Facts) -> None:
        """See :class:`offline_collect.domain.ports.Session`."""
        with self._told:
            self._loader.load(self._in_batch(), wants, facts)

    def write(self, effects: Sequence[Effects]) -> None:
        """See :class:`offline_collect.domain.ports.Session`."""
        with self._told:
            write_effects(BulkWrites(self._in_batch()), effects)

    def commit(self) -> None:
        """See :class:`offline_collect.domain.ports.Session`."""
        try:
            self._in_batch().commit()
        except self._failures.kinds as error:
            meant = self._failures.of_commit(error)
            self._note(meant)
            raise meant from None

    def commits_with_writes(self, count: int) -> bool:
        """See :class:`offline_collect.domain.ports.Session`."""
        return self._round_trips and count <= PIPED_MAX

    def write_and_commit(self, effects: Sequence[Effects]) -> None:
        """See :class:`offline_collect.domain.ports.Session`."""
        connection = self._in_batch()
        try:
            round_trip(connection, [*_writes(effects), COMMIT])
            # SQLAlchemy's own transaction serves the next batch too: to end and begin it takes as long as a statement.
            self._committed_beneath = True
        except self._failures.kinds as error:
            meant = self._failures.meaning(error)
            if not failed_before_commit(connection):
                meant = self._failures.of_commit(error)
            self._note(meant)
            raise meant from None

    def check(self) -> None:
        """See :class:`offline_collect.domain.ports.Session`."""
        self.begin()
        if not self._writes:
            self.rollback()
            return
        with self._told:
            # No other session uses this row, so no session waits for another's.
            mine = {"counter": f"check {secrets.token_hex(7)}"}
            self._in_batch().execute(self._statements.put_check, mine)
            self._in_batch().execute(self._statements.take_check, mine)
        self.commit()

    def rollback(self) -> None:
        """See :class:`offline_collect.domain.ports.Session`."""
        if self._connection is None:
            return
        self._committed_beneath = False
        try:
            self._connection.rollback()
        except self._failures.kinds:
            self._drop()
        else:
            if self._connection.invalidated or self._outdated:
                self._drop()

    def reserve_numbers(self, count: int) -> int:
        """Take numbers; call this between batches, since SQLite has one transaction at a time.

        Raises:
            UnavailableError, ConflictError: no numbers were taken, or some that stay unused.
        """
        try:
            return self._take_numbers(count)
        except self._failures.kinds as error:
            meant = self._failures.meaning(error)
            self._note(meant)
            self.rollback()
            raise meant from None
        except StoreError:
            self.rollback()
            raise

    def close(self) -> None:
        """See :class:`offline_collect.domain.ports.Session`."""
        self.rollback()
        self._drop()

    def _note(self, error: StoreError) -> None:
        """Give the next batch a new connection, if a new one might work better than this one."""
        self._outdated = isinstance(error, UnavailableError) and error.cause is not Cause.DISK_FULL

    def _take_numbers(self, count: int) -> int:
        connection = self._begun()
        first = take_numbers(connection, self._statements, count)
        connection.commit()
        self._numbers_end = first + count
        return first

    def _refuse_earlier_state(self, numbers_reach: int | None) -> None:
        """Refuse a store whose counter has gone back behind the numbers that were taken here.

        It was restored, or a replica that lacks the last commits has replaced the primary. The numbers left here are
        harmless, but other sessions will take them again from the counter, and payments are lost.
        """
        if (numbers_reach or 0) < self._numbers_end:
            raise StoreWentBackError(
                Phrase(
                    "the store's counter of serial numbers ({numbers_reach}) has gone back behind the"
                    " numbers that this server has taken (up to {numbers_end}): an earlier state of the"
                    " store was restored beneath it. Stop all servers, then run offline-collect store"
                    " restored",
                    numbers_reach=str(numbers_reach),
                    numbers_end=self._numbers_end,
                )
            )

    def _begun(self) -> Connection:
        """Return the connection in a new transaction."""
        if self._connection is None:
            connection = self._engine.connect()
            options: dict[str, Any] = {SQLITE_BEGIN: "BEGIN IMMEDIATE" if self._writes else "BEGIN"}
            if not self._writes:
                # A write session uses the database's own setting: its operator may have made it read-only.
                options |= snapshot_options(self._engine)
            self._connection = connection.execution_options(**options)
            if self._round_trips:
                begin_round_trips(self._connection)
            self._file = self._file_now()
        elif self._file != self._file_now():
            raise StoreWentBackError(
                Phrase(
                    "the store's file {path} is gone, or another has taken its place; this server still"
                    " has the former file open. Stop all servers, then run offline-collect store restored",
                    path=str(self._path),
                )
            )
        if not self._committed_beneath:
            self._connection.begin()
        self._committed_beneath = False
        return self._connection

    def _file_now(self) -> tuple[int, int] | None:
        """Return the identity of SQLite's store file now; None if it is missing, and for other databases."""
        if self._path is None:
            return None
        try:
            found = os.stat(self._path)  # noqa: PTH116 - twice as fast as Path's, and every batch begins with it
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _in_batch(self) -> Connection:
        if self._connection is None or self._connection.invalidated:
            raise UnavailableError(Phrase("the connection to the database was lost"))
        return self._connection

    def _drop(self) -> None:
        """Drop the connection, in any state."""
        connection, self._connection = self._connection, None
        self._outdated = self._committed_beneath = False
        if connection is None:
            return
        try:
            connection.invalidate()
            connection.close()
        except self._failures.kinds:
            return


class _Told:
    """Says what errors of the database mean, and notes them; a generator's context would cost each batch its calls."""

    def __init__(self, failures: Failures, note: Callable[[StoreError], None]) -> None:
        self._failures = failures
        self._note = note

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, self._failures.kinds):
            meant = self._failures.meaning(error)
            self._note(meant)
            raise meant from None
        if isinstance(error, StoreError):
            self._note(error)


def _writes(effects: Sequence[Effects]) -> list[Statement]:
    """Return the statements that write effects: a fault of the program here is not one of the commit."""
    writes = ListWrites()
    try:
        write_effects(writes, effects)
    except (LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise RefusedError(Phrase("a row cannot be written ({error})", error=type(error).__name__)) from error
    return writes.statements
