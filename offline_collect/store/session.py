"""A lane's connection: the batch's transaction, its facts, its effects (``domain.ports.Session``)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Engine

from offline_collect.domain.days import BusinessDay
from offline_collect.domain.effects import Effects
from offline_collect.domain.facts import Facts, Wants
from offline_collect.store.connection import SQLITE_BEGIN
from offline_collect.store.errors import NO_DAY, StoreError, StoreMissing, Unavailable
from offline_collect.store.failures import Failures
from offline_collect.store.loading import Loader
from offline_collect.store.reading import read_rows
from offline_collect.store.rows import day_from_row
from offline_collect.store.statements import SERIAL_NUMBERS, Statements
from offline_collect.store.writing import write_effects


class SqlSession:
    """One lane's connection; used by one thread at a time.

    The connection is made at the first begin, and made again at the next one after it was lost.
    """

    def __init__(self, engine: Engine, statements: Statements, page_records: int, *, writes: bool) -> None:
        self._engine = engine
        self._statements = statements
        self._writes = writes
        self._failures = Failures(engine)
        self._loader = Loader(statements, page_records, locks=writes)
        self._connection: Connection | None = None

    def begin(self) -> BusinessDay:
        """See :class:`offline_collect.domain.ports.Session`."""
        with self._failures.told():
            connection = self._begun()
            if self._writes and connection.dialect.name != "sqlite":
                connection.execute(self._statements.hold_day)
            rows = read_rows(connection, self._statements.open_day, {})
        if not rows:
            raise StoreMissing(NO_DAY)
        return day_from_row(rows[0])

    def load(self, wants: Wants, facts: Facts) -> None:
        """See :class:`offline_collect.domain.ports.Session`."""
        with self._failures.told():
            self._loader.load(self._in_batch(), wants, facts)

    def write(self, effects: Sequence[Effects]) -> None:
        """See :class:`offline_collect.domain.ports.Session`."""
        with self._failures.told():
            write_effects(self._in_batch(), effects)

    def commit(self) -> None:
        """See :class:`offline_collect.domain.ports.Session`."""
        try:
            self._in_batch().commit()
        except self._failures.kinds as error:
            raise self._failures.of_commit(error) from None

    def rollback(self) -> None:
        """See :class:`offline_collect.domain.ports.Session`."""
        if self._connection is None:
            return
        try:
            self._connection.rollback()
        except self._failures.kinds:
            self._drop()
        else:
            if self._connection.invalidated:
                self._drop()

    def reserve_numbers(self, count: int) -> int:
        """Take numbers; to be called between batches, since SQLite has one transaction at a time.

        Raises:
            Unavailable, Conflict: nothing was taken, or numbers were that nobody will use.
        """
        try:
            return self._take_numbers(count)
        except self._failures.kinds as error:
            self.rollback()
            raise self._failures.meaning(error) from None
        except StoreError:
            self.rollback()
            raise

    def close(self) -> None:
        """See :class:`offline_collect.domain.ports.Session`."""
        self.rollback()
        self._drop()

    def _take_numbers(self, count: int) -> int:
        connection = self._begun()
        counter = {"counter": SERIAL_NUMBERS}
        first = connection.execute(self._statements.next_number, counter).scalar()
        if first is None:
            raise StoreMissing("there is no counter of serial numbers: run offline-collect init")
        connection.execute(self._statements.take_numbers, {**counter, "next": first + count})
        connection.commit()
        return int(first)

    def _begun(self) -> Connection:
        """Return the connection in a new transaction."""
        if self._connection is None:
            connection = self._engine.connect()
            self._connection = connection.execution_options(
                **{SQLITE_BEGIN: "BEGIN IMMEDIATE" if self._writes else "BEGIN"},
                postgresql_readonly=not self._writes,
            )
        self._connection.begin()
        return self._connection

    def _in_batch(self) -> Connection:
        if self._connection is None or self._connection.invalidated:
            raise Unavailable("the connection to the database was lost")
        return self._connection

    def _drop(self) -> None:
        """Let go of the connection, whatever state it is in."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.invalidate()
            connection.close()
        except self._failures.kinds:
            return
