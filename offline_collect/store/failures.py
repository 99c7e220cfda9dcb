"""What a database's errors mean to the engine. No value of a row gets into a message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError

from offline_collect.store.errors import CommitUnknown, Conflict, Refused, StoreError, Unavailable

_SQLITE_CONFLICTS = {
    5: "the database is busy",
    6: "a table is locked",
    1555: "a key is taken",
    2067: "a key is taken",
}
_SQLITE_PRIMARY = 0xFF
_SQLITE_UNAVAILABLE = {
    3: "the file may not be opened",
    7: "memory is used up",
    8: "it is read-only",
    10: "reading or writing the file failed",
    11: "the file is damaged",
    13: "the disk is full",
    14: "the file cannot be opened",
    15: "its locks cannot be used",
    17: "its tables have changed",
    26: "the file is no database",
}

_SQLITE_ERROR = 1
# SQLite has one code for all errors of a statement; only its words tell that the tables are at fault.
_SQLITE_TABLES_GONE = ("no such table", "no such column", "has no column named")
_TABLES_GONE = "the store's tables are not this program's any more: run offline-collect init"

_POSTGRESQL_CANCELLED = "57014"
_POSTGRESQL_CONFLICTS = {
    "23505": "a key is taken",
    "40001": "transactions collided",
    "40P01": "a deadlock",
    "55P03": "a lock was not to be had in time",
    _POSTGRESQL_CANCELLED: "a statement took too long",
}
# Connection, password, resources, operator's intervention, system, read-only transaction (a standby).
_POSTGRESQL_UNAVAILABLE = ("08", "28", "53", "57", "58", "25006")
_POSTGRESQL_NO_DATABASE = "3D000"
# No schema; tables, columns or rights that are gone; results that changed under a statement. The statements
# are the same for every command, so none of them is to blame.
_POSTGRESQL_TABLES_GONE = ("3F", "42", "0A")

_ORACLE_CONFLICTS = {
    1: "a key is taken",
    54: "a lock was not to be had in time",
    60: "a deadlock",
    8177: "transactions collided",
    30006: "a lock was not to be had in time",
}
# Columns, tables and rights that are gone.
_ORACLE_TABLES_GONE = frozenset({904, 942, 1031})
# Space, the archiver, starting up and shutting down.
_ORACLE_UNAVAILABLE = frozenset({257, 1033, 1034, 1089, 1536, 1653, 1654, 1658})


class Failures:
    """Tells a database's errors apart."""

    def __init__(self, engine: Engine) -> None:
        self._dialect = engine.dialect
        self._driver = engine.dialect.loaded_dbapi
        self.kinds: tuple[type[Exception], ...] = (SQLAlchemyError, self._driver.Error)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Raise the engine's error in place of the database's."""
        try:
            yield
        except self.kinds as error:
            raise self.meaning(error) from None

    def meaning(self, error: Exception) -> StoreError:
        """Return the engine's error for one of the database's."""
        cause = _cause(error)
        if isinstance(cause, StatementError):
            return Refused(f"a value cannot be stored ({type(cause.orig).__name__})")
        if not isinstance(cause, self._driver.Error):
            return Refused(f"a statement cannot be carried out ({type(cause).__name__})")
        if self._lost(error, cause):
            return Unavailable("the connection to the database was lost")
        name = self._dialect.name
        if name == "sqlite":
            return _of_sqlite(cause)
        return _of_postgresql(cause) if name == "postgresql" else _of_oracle(cause)

    def of_commit(self, error: Exception) -> StoreError:
        """Return the engine's error for one that came out of a commit: it is open but for a collision.

        A cancelled commit may have been made all the same.
        """
        meant = self.meaning(error)
        if isinstance(meant, Conflict) and getattr(_cause(error), "sqlstate", None) != _POSTGRESQL_CANCELLED:
            return meant
        return CommitUnknown(f"the commit failed: {meant}")

    def _lost(self, error: Exception, cause: Any) -> bool:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            return True
        return self._dialect.is_disconnect(cause, None, None)


def _cause(error: Exception) -> Any:
    """Return the driver's own error."""
    return error.orig if isinstance(error, DBAPIError) else error


def _of_sqlite(cause: Any) -> StoreError:
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        return Refused(f"SQLite refuses a value ({type(cause).__name__})")
    name, primary = cause.sqlite_errorname, code & _SQLITE_PRIMARY
    conflict = _SQLITE_CONFLICTS.get(code) or _SQLITE_CONFLICTS.get(primary)
    if conflict is not None:
        return Conflict(f"{conflict} ({name})")
    if primary in _SQLITE_UNAVAILABLE:
        return Unavailable(f"SQLite: {_SQLITE_UNAVAILABLE[primary]} ({name})")
    if primary == _SQLITE_ERROR and any(words in str(cause) for words in _SQLITE_TABLES_GONE):
        return Unavailable(f"{_TABLES_GONE} ({name})")
    return Refused(f"SQLite refuses a row or statement ({name})")


def _of_postgresql(cause: Any) -> StoreError:
    state: str | None = cause.sqlstate
    if state is None or state == _POSTGRESQL_NO_DATABASE:
        return Unavailable(
            "the PostgreSQL database cannot be reached: does the server run, is there the database?"
        )
    where = _place(cause)
    if state in _POSTGRESQL_CONFLICTS:
        return Conflict(f"{_POSTGRESQL_CONFLICTS[state]} ({state}{where})")
    if state.startswith(_POSTGRESQL_UNAVAILABLE):
        return Unavailable(f"the PostgreSQL server cannot serve now ({state})")
    if state.startswith(_POSTGRESQL_TABLES_GONE):
        return Unavailable(f"{_TABLES_GONE} ({state})")
    return Refused(f"PostgreSQL refuses a row or statement ({state}{where})")


def _place(cause: Any) -> str:
    """Return the constraint's or column's name; PostgreSQL's own words would show values."""
    name = cause.diag.constraint_name or cause.diag.column_name
    return f", {name}" if name else ""


def _of_oracle(cause: Any) -> StoreError:
    code = getattr(cause.args[0], "code", 0) if cause.args else 0
    if code in _ORACLE_CONFLICTS:
        return Conflict(f"{_ORACLE_CONFLICTS[code]} (ORA-{code:05d})")
    if code in _ORACLE_TABLES_GONE:
        return Unavailable(f"{_TABLES_GONE} (ORA-{code:05d})")
    if code in _ORACLE_UNAVAILABLE:
        return Unavailable(f"the Oracle server cannot serve now (ORA-{code:05d})")
    return Refused(f"Oracle refuses a row or statement (ORA-{code:05d})")
