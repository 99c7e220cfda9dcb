"""The meaning of each database's errors; they show nothing of a row."""

import sqlite3

import psycopg
import pytest
from psycopg import errors as pg
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError, StatementError

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.effects import Effects
from offline_collect.domain.ports import (
    Cause,
    CommitUnknownError,
    ConflictError,
    LockTimeoutError,
    RefusedError,
    StoreError,
    UnavailableError,
)
from offline_collect.engine import EngineSettings
from offline_collect.store.database.driver_errors import Failures
from tests.fakes.bank import NOON, TERMS
from tests.fakes.clock import HandClock
from tests.fakes.stepping import SteppedEngine
from tests.store.postings import TRANSACTION

SQLITE = Failures(create_engine("sqlite:///x.db"))
POSTGRESQL = Failures(create_engine("postgresql+psycopg://nobody@localhost/x"))
ORACLE = Failures(create_engine("oracle+oracledb://nobody@localhost/?service_name=x"))
SECRET = "6222000000000001"


def sqlite_error(code, name):
    error = sqlite3.OperationalError(SECRET)
    error.sqlite_errorcode, error.sqlite_errorname = code, name
    return error


class OracleCause:
    """The contents of python-oracledb's errors."""

    def __init__(self, code):
        self.code = code
        self.full_code = f"ORA-{code:05d}"
        self.message = f"ORA-{code:05d}: {SECRET}"

    def __str__(self):
        return self.message


def oracle_error(code):
    driver = ORACLE._driver
    return driver.DatabaseError(OracleCause(code))


@pytest.mark.parametrize(
    ("code", "name", "meant"),
    [
        (sqlite3.SQLITE_BUSY, "SQLITE_BUSY", ConflictError),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "SQLITE_BUSY_SNAPSHOT", ConflictError),
        (sqlite3.SQLITE_LOCKED, "SQLITE_LOCKED", ConflictError),
        (sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, "SQLITE_CONSTRAINT_PRIMARYKEY", ConflictError),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, "SQLITE_CONSTRAINT_UNIQUE", ConflictError),
        (sqlite3.SQLITE_CONSTRAINT_NOTNULL, "SQLITE_CONSTRAINT_NOTNULL", RefusedError),
        (sqlite3.SQLITE_TOOBIG, "SQLITE_TOOBIG", RefusedError),
        (sqlite3.SQLITE_FULL, "SQLITE_FULL", UnavailableError),
        (sqlite3.SQLITE_IOERR_FSYNC, "SQLITE_IOERR_FSYNC", UnavailableError),
        (sqlite3.SQLITE_CORRUPT, "SQLITE_CORRUPT", UnavailableError),
        (sqlite3.SQLITE_CANTOPEN, "SQLITE_CANTOPEN", UnavailableError),
    ],
)
def test_sqlites_errors(code, name, meant):
    found = SQLITE.meaning(sqlite_error(code, name))
    assert type(found) is meant
    assert name in str(found)
    assert SECRET not in str(found)


def test_an_error_of_sqlites_driver_itself_is_refused():
    assert type(SQLITE.meaning(sqlite3.InterfaceError(SECRET))) is RefusedError


@pytest.mark.parametrize(
    ("error", "meant"),
    [
        (pg.UniqueViolation, ConflictError),
        (pg.DeadlockDetected, ConflictError),
        (pg.SerializationFailure, ConflictError),
        (pg.LockNotAvailable, LockTimeoutError),
        (pg.QueryCanceled, LockTimeoutError),
        (pg.NotNullViolation, RefusedError),
        (pg.NumericValueOutOfRange, RefusedError),
        (pg.UndefinedTable, UnavailableError),
        (pg.UndefinedColumn, UnavailableError),
        (pg.InvalidSchemaName, UnavailableError),
        (pg.InsufficientPrivilege, UnavailableError),
        (pg.InvalidPassword, UnavailableError),
        (pg.AdminShutdown, UnavailableError),
        (pg.TooManyConnections, UnavailableError),
        (pg.DiskFull, UnavailableError),
        (pg.ReadOnlySqlTransaction, UnavailableError),
        (pg.InvalidCatalogName, UnavailableError),
        (psycopg.OperationalError, UnavailableError),
    ],
)
def test_postgresqls_errors(error, meant):
    found = POSTGRESQL.meaning(error(SECRET))
    assert type(found) is meant
    assert SECRET not in str(found)


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        (1, ConflictError),
        (54, LockTimeoutError),
        (60, ConflictError),
        (8177, ConflictError),
        (30006, LockTimeoutError),
        (1400, RefusedError),
        (3113, UnavailableError),
        (942, UnavailableError),
        (904, UnavailableError),
        (1653, UnavailableError),
    ],
)
def test_oracles_errors(code, meant):
    found = ORACLE.meaning(oracle_error(code))
    assert type(found) is meant
    assert SECRET not in str(found)


@pytest.mark.parametrize(
    ("failures", "error", "cause"),
    [
        (SQLITE, sqlite_error(sqlite3.SQLITE_FULL, "SQLITE_FULL"), Cause.DISK_FULL),
        (SQLITE, sqlite_error(sqlite3.SQLITE_READONLY, "SQLITE_READONLY"), Cause.READ_ONLY),
        (SQLITE, sqlite_error(sqlite3.SQLITE_IOERR_WRITE, "SQLITE_IOERR_WRITE"), Cause.DISK_ERROR),
        (SQLITE, sqlite_error(sqlite3.SQLITE_NOMEM, "SQLITE_NOMEM"), Cause.RESOURCES),
        (SQLITE, sqlite_error(sqlite3.SQLITE_CANTOPEN, "SQLITE_CANTOPEN"), Cause.UNREACHABLE),
        (POSTGRESQL, pg.DiskFull(SECRET), Cause.DISK_FULL),
        (POSTGRESQL, pg.OutOfMemory(SECRET), Cause.RESOURCES),
        (POSTGRESQL, pg.TooManyConnections(SECRET), Cause.RESOURCES),
        (POSTGRESQL, pg.ReadOnlySqlTransaction(SECRET), Cause.READ_ONLY),
        (POSTGRESQL, pg.AdminShutdown(SECRET), Cause.STOPPED),
        (POSTGRESQL, pg.CannotConnectNow(SECRET), Cause.STOPPED),
        (POSTGRESQL, pg.IoError(SECRET), Cause.DISK_ERROR),
        (POSTGRESQL, pg.DataCorrupted(SECRET), Cause.DISK_ERROR),
        (POSTGRESQL, pg.InvalidPassword(SECRET), Cause.UNREACHABLE),
        (POSTGRESQL, pg.UndefinedTable(SECRET), Cause.TABLES),
        (POSTGRESQL, psycopg.OperationalError(SECRET), Cause.UNREACHABLE),
        (ORACLE, oracle_error(1653), Cause.DISK_FULL),
        (ORACLE, oracle_error(16000), Cause.READ_ONLY),
        (ORACLE, oracle_error(1034), Cause.STOPPED),
    ],
)
def test_a_store_that_cannot_serve_says_why(failures, error, cause):
    found = failures.meaning(error)
    assert type(found) is UnavailableError
    assert found.cause is cause


def test_a_lost_connections_server_may_have_said_why():
    lost = DBAPIError.instance("SELECT", None, pg.AdminShutdown(SECRET), psycopg.Error)
    lost.connection_invalidated = True
    assert POSTGRESQL.meaning(lost).cause is Cause.STOPPED
    lost.orig = psycopg.OperationalError(SECRET)
    assert POSTGRESQL.meaning(lost).cause is Cause.UNREACHABLE


def test_a_wrapped_error_means_what_it_wraps():
    wrapped = DBAPIError.instance("INSERT", {"a": SECRET}, pg.UniqueViolation(SECRET), psycopg.Error)
    found = POSTGRESQL.meaning(wrapped)
    assert type(found) is ConflictError
    assert SECRET not in str(found)


def test_a_value_that_a_column_type_would_not_take_is_refused():
    found = POSTGRESQL.meaning(StatementError("empty", "INSERT", {"a": SECRET}, ValueError(SECRET)))
    assert type(found) is RefusedError
    assert "ValueError" in str(found)
    assert SECRET not in str(found)


class BrokenAtCommit:
    """A driver's connection that fails when it commits."""

    def __init__(self, connection, error):
        self._connection = connection
        self._error = error

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def commit(self):
        raise self._error


def commit_with(teller, error):
    """Have the driver fail a batch's commit with ``error``; return the session's error."""
    teller.session.begin()
    teller.session.write([Effects(transactions=(TRANSACTION,))])
    held = teller.session._connection.connection
    held.dbapi_connection = BrokenAtCommit(held.dbapi_connection, error)
    with pytest.raises(StoreError) as failed:
        teller.session.commit()
    teller.session.rollback()
    assert SECRET not in str(failed.value)
    return type(failed.value)


@pytest.mark.parametrize(
    ("code", "name", "meant"),
    [
        (sqlite3.SQLITE_BUSY, "SQLITE_BUSY", ConflictError),
        (sqlite3.SQLITE_IOERR_FSYNC, "SQLITE_IOERR_FSYNC", CommitUnknownError),
        (sqlite3.SQLITE_IOERR_SHMSIZE, "SQLITE_IOERR_SHMSIZE", CommitUnknownError),
        (sqlite3.SQLITE_FULL, "SQLITE_FULL", UnavailableError),
        (sqlite3.SQLITE_IOERR_WRITE, "SQLITE_IOERR_WRITE", UnavailableError),
        (sqlite3.SQLITE_READONLY_DBMOVED, "SQLITE_READONLY_DBMOVED", UnavailableError),
    ],
)
def test_a_commit_that_fails_on_sqlite_is_open_but_for_what_was_never_written(
    sqlite_teller, code, name, meant
):
    assert commit_with(sqlite_teller, sqlite_error(code, name)) is meant


@pytest.mark.parametrize(
    ("error", "meant"),
    [
        (pg.DeadlockDetected, ConflictError),
        (pg.SerializationFailure, ConflictError),
        (pg.QueryCanceled, CommitUnknownError),
        (pg.AdminShutdown, CommitUnknownError),
        (pg.DiskFull, UnavailableError),
        (pg.ReadOnlySqlTransaction, UnavailableError),
        (psycopg.OperationalError, CommitUnknownError),
    ],
)
def test_a_commit_that_fails_on_postgresql_is_open_but_for_what_was_never_made(
    postgresql_teller, error, meant
):
    assert commit_with(postgresql_teller, error(SECRET)) is meant


@pytest.fixture
def moved(teller):
    """A store without its table of payments, as after a drop or an upgrade under a running server."""
    with teller.store.transaction() as tx:
        tx.connection.exec_driver_sql("ALTER TABLE payments RENAME TO elsewhere")
    yield teller
    with teller.store.transaction() as tx:
        tx.connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO payments")


def test_whoever_asks_a_store_that_is_gone_is_told_that_it_is_unavailable(moved):
    """No command causes the error, so none is answered 96 after halving."""
    clock = HandClock(NOON)
    engine = SteppedEngine(moved.store, EngineSettings(terms=TERMS), clock)
    payments = [moved.terminal.payment(NOON, "SCHOOL01", f"S{n}", 12_345) for n in (1, 2)]
    codes = [answer.code for answer in engine.submit(payments)]
    engine.close()
    assert codes == [ResponseCode.UNAVAILABLE] * 2
