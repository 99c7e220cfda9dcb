"""The meaning of a database's errors for the engine. No value of a row appears in a message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError

from offline_collect.domain.ports import Cause
from offline_collect.store.database.errors import (
    CommitUnknownError,
    ConflictError,
    LockTimeoutError,
    RefusedError,
    StoreError,
    UnavailableError,
)
from offline_collect.store.database.postgresql_causes import login_failed, no_schema, not_allowed

_SQLITE_CONFLICTS = {
    5: "the database is busy",
    6: "a table is locked",
    1555: "a key is taken",
    2067: "a key is taken",
}
_SQLITE_PRIMARY = 0xFF
_SQLITE_UNAVAILABLE = {
    3: (Cause.UNREACHABLE, "the file may not be opened"),
    7: (Cause.RESOURCES, "memory is used up"),
    8: (Cause.READ_ONLY, "it is read-only"),
    10: (Cause.DISK_ERROR, "reading or writing the file failed"),
    11: (Cause.DISK_ERROR, "the file is damaged"),
    13: (Cause.DISK_FULL, "the disk is full"),
    14: (Cause.UNREACHABLE, "the file cannot be opened"),
    15: (Cause.DISK_ERROR, "its locks cannot be used"),
    17: (Cause.TABLES, "its tables have changed"),
    26: (Cause.TABLES, "the file is not a database"),
}
_SQLITE_IOERR_WRITE = 778
_SQLITE_NEVER_COMMITTED = {8, 13, _SQLITE_IOERR_WRITE}
"""Errors of a commit before its last page is in the journal (WAL); that page completes the commit.

Later errors (of a sync, of the shared memory) leave the outcome open: after a crash the pages may count.
"""

_SQLITE_ERROR = 1
# SQLite has one code for all errors of a statement; only its message shows that the tables are the cause.
_SQLITE_TABLES_GONE = ("no such table", "no such column", "has no column named")
_TABLES_GONE = "the store's tables are not this program's any more: run offline-collect init"

_POSTGRESQL_CANCELLED = "57014"
_POSTGRESQL_CONFLICTS = {
    "23505": "a key is taken",
    "40001": "transactions collided",
    "40P01": "a deadlock",
}
_POSTGRESQL_TIMEOUTS = {
    "55P03": "a lock was not granted in time",
    _POSTGRESQL_CANCELLED: "a statement took too long",
}
_POSTGRESQL_UNAVAILABLE = {
    "53100": (Cause.DISK_FULL, "its disk is full"),
    "53": (Cause.RESOURCES, "it has no memory or connections left"),
    "25006": (Cause.READ_ONLY, "it is read-only: a standby?"),
    "57P": (Cause.STOPPED, "it is being stopped or started"),
    "57": (Cause.STOPPED, "its operator has intervened"),
    "58": (Cause.DISK_ERROR, "its disk or system fails"),
    "XX001": (Cause.DISK_ERROR, "its data is damaged"),
    "XX002": (Cause.DISK_ERROR, "an index of it is damaged"),
    "08": (Cause.UNREACHABLE, "the connection failed"),
    "28": (Cause.UNREACHABLE, "it refuses the user or password"),
    "26": (Cause.UNREACHABLE, "the connection has lost its plans: is a pool of connections between?"),
}
"""By the first characters of a state; the first match counts."""

_POSTGRESQL_NEVER_COMMITTED = ("53", "25006")
_POSTGRESQL_NO_DATABASE = "3D000"
_POSTGRESQL_NOT_ALLOWED = "42501"
_POSTGRESQL_NO_SCHEMA = "3F000"
# Missing tables or columns; results that changed under a statement. The statements are the same for every
# command, so no command is the cause.
_POSTGRESQL_TABLES_GONE = ("42", "0A")

_ORACLE_CONFLICTS = {
    1: "a key is taken",
    60: "a deadlock",
    8177: "transactions collided",
}
_ORACLE_TIMEOUTS = {
    54: "a lock was not granted in time",
    30006: "a lock was not granted in time",
}
# Missing columns and tables; a table that the user may not read is missing too.
_ORACLE_TABLES_GONE = frozenset({904, 942})
_ORACLE_UNAVAILABLE = {
    257: (Cause.DISK_FULL, "its archiver has no space"),
    1536: (Cause.DISK_FULL, "the user's quota is used up"),
    1653: (Cause.DISK_FULL, "a table cannot grow"),
    1654: (Cause.DISK_FULL, "an index cannot grow"),
    1658: (Cause.DISK_FULL, "a tablespace is full"),
    1017: (Cause.UNREACHABLE, "the user's name or password is wrong: correct database.url"),
    1031: (
        Cause.TABLES,
        "the user lacks a right: GRANT CREATE TABLE, CREATE SEQUENCE, UNLIMITED TABLESPACE to it",
    ),
    1045: (Cause.UNREACHABLE, "the user may not log in: GRANT CREATE SESSION to it"),
    12514: (Cause.UNREACHABLE, "its listener does not know the service_name of database.url"),
    28000: (Cause.UNREACHABLE, "the user's account is locked: ALTER USER … ACCOUNT UNLOCK"),
    1033: (Cause.STOPPED, "it is being started or stopped"),
    1034: (Cause.STOPPED, "it is not started"),
    1089: (Cause.STOPPED, "it is being stopped"),
    16000: (Cause.READ_ONLY, "it is read-only: a standby?"),
}


class Failures:
    """Classifies a database's errors."""

    def __init__(self, engine: Engine) -> None:
        self._url = engine.url
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
            return RefusedError(f"a value cannot be stored ({type(cause.orig).__name__})")
        if not isinstance(cause, self._driver.Error):
            return RefusedError(f"a statement cannot be carried out ({type(cause).__name__})")
        if self._lost(error, cause):
            return UnavailableError("the connection to the database was lost", _cause_of_loss(cause))
        name = self._dialect.name
        if name == "sqlite":
            return _of_sqlite(cause)
        return _of_postgresql(cause, self._url) if name == "postgresql" else _of_oracle(cause)

    def of_commit(self, error: Exception) -> StoreError:
        """Return the engine's error for an error of a commit.

        The commit's outcome is open, except after a collision or a failure before the commit can count (a full
        disk). A cancelled commit may still have succeeded.
        """
        meant, cause = self.meaning(error), _cause(error)
        if isinstance(meant, ConflictError) and getattr(cause, "sqlstate", None) != _POSTGRESQL_CANCELLED:
            return meant
        if isinstance(meant, UnavailableError) and not self._lost(error, cause) and _never_committed(cause):
            return meant
        return CommitUnknownError(f"the commit failed: {meant}", meant.cause)

    def _lost(self, error: Exception, cause: Any) -> bool:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            return True
        return self._dialect.is_disconnect(cause, None, None)


def _cause(error: Exception) -> Any:
    """Return the driver's own error."""
    return error.orig if isinstance(error, DBAPIError) else error


def _never_committed(cause: Any) -> bool:
    """Whether a commit with this error certainly did not succeed."""
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code in _SQLITE_NEVER_COMMITTED or code & _SQLITE_PRIMARY in _SQLITE_NEVER_COMMITTED
    return (getattr(cause, "sqlstate", None) or "").startswith(_POSTGRESQL_NEVER_COMMITTED)


def _cause_of_loss(cause: Any) -> Cause:
    """Return why a connection was lost, with the server's reason if it gave one."""
    found = _postgresql_unavailable(getattr(cause, "sqlstate", None) or "")
    return Cause.UNREACHABLE if found is None else found[0]


def _postgresql_unavailable(state: str) -> tuple[Cause, str] | None:
    return next((found for start, found in _POSTGRESQL_UNAVAILABLE.items() if state.startswith(start)), None)


def _of_sqlite(cause: Any) -> StoreError:
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        return RefusedError(f"SQLite refuses a value ({type(cause).__name__})")
    name, primary = cause.sqlite_errorname, code & _SQLITE_PRIMARY
    conflict = _SQLITE_CONFLICTS.get(code) or _SQLITE_CONFLICTS.get(primary)
    if conflict is not None:
        return ConflictError(f"{conflict} ({name})")
    if primary in _SQLITE_UNAVAILABLE:
        why, words = _SQLITE_UNAVAILABLE[primary]
        return UnavailableError(f"SQLite: {words} ({name})", why)
    if primary == _SQLITE_ERROR and any(words in str(cause) for words in _SQLITE_TABLES_GONE):
        return UnavailableError(f"{_TABLES_GONE} ({name})", Cause.TABLES)
    return RefusedError(f"SQLite refuses a row or statement ({name})")


def _of_postgresql(cause: Any, url: URL) -> StoreError:
    state: str | None = cause.sqlstate
    if state is None or state == _POSTGRESQL_NO_DATABASE:
        return login_failed(url, cause)
    if state == _POSTGRESQL_NOT_ALLOWED:
        return not_allowed(url, cause)
    if state == _POSTGRESQL_NO_SCHEMA:
        return no_schema(url)
    where = _place(cause)
    if state in _POSTGRESQL_CONFLICTS:
        return ConflictError(f"{_POSTGRESQL_CONFLICTS[state]} ({state}{where})")
    if state in _POSTGRESQL_TIMEOUTS:
        return LockTimeoutError(f"{_POSTGRESQL_TIMEOUTS[state]} ({state}{where})")
    unavailable = _postgresql_unavailable(state)
    if unavailable is not None:
        why, words = unavailable
        return UnavailableError(f"the PostgreSQL server cannot serve now: {words} ({state})", why)
    if state.startswith(_POSTGRESQL_TABLES_GONE):
        return UnavailableError(f"{_TABLES_GONE} ({state})", Cause.TABLES)
    return RefusedError(f"PostgreSQL refuses a row or statement ({state}{where})")


def _place(cause: Any) -> str:
    """Return the constraint's or column's name; PostgreSQL's own message would show values."""
    name = cause.diag.constraint_name or cause.diag.column_name
    return f", {name}" if name else ""


def _of_oracle(cause: Any) -> StoreError:
    code = getattr(cause.args[0], "code", 0) if cause.args else 0
    if code in _ORACLE_CONFLICTS:
        return ConflictError(f"{_ORACLE_CONFLICTS[code]} (ORA-{code:05d})")
    if code in _ORACLE_TIMEOUTS:
        return LockTimeoutError(f"{_ORACLE_TIMEOUTS[code]} (ORA-{code:05d})")
    if code in _ORACLE_TABLES_GONE:
        return UnavailableError(f"{_TABLES_GONE} (ORA-{code:05d})", Cause.TABLES)
    if code in _ORACLE_UNAVAILABLE:
        why, words = _ORACLE_UNAVAILABLE[code]
        return UnavailableError(f"the Oracle server cannot serve now: {words} (ORA-{code:05d})", why)
    return RefusedError(f"Oracle refuses a row or statement (ORA-{code:05d})")
