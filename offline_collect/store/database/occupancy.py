"""Other processes that have the store open, as far as the database shows.

SQLite: every open connection of a store in WAL mode holds a shared lock on its file, so an exclusive lock succeeds
only without other connections. A server that has an earlier file open, which was replaced since, is not seen.
PostgreSQL: sessions with this program's name. Oracle does not show other sessions to an ordinary user.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.database.connection import APPLICATION_NAME, database_url, sqlite_path
from offline_collect.store.database.driver_errors import Failures
from offline_collect.store.database.errors import StoreInUseError, UnavailableError
from offline_collect.store.database.settings import StoreSettings

_REMEDY = Phrase("stop all servers, and let commands end; then run this again")
_SESSIONS = text(
    "SELECT count(*), min(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = :name AND pid <> pg_backend_pid()"
)


def refuse_in_use(settings: StoreSettings) -> None:
    """Check that no server and no command has the store open; this process must not have it open either.

    Raises:
        StoreInUseError: another process has it open.
        UnavailableError: the database cannot be queried.
    """
    url = database_url(settings.url)
    path = sqlite_path(url)
    if path is not None:
        _refuse_open_file(path)
    elif url.get_backend_name() == "postgresql":
        _refuse_sessions(settings)


def _refuse_open_file(path: Path) -> None:
    if not path.is_file():
        return
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise StoreInUseError(
                    Phrase(
                        "another process has the store {path} open: {remedy}", path=str(path), remedy=_REMEDY
                    )
                ) from None
            raise UnavailableError(
                Phrase(
                    "the store {path} cannot be opened ({error})",
                    path=str(path),
                    error=error.sqlite_errorname,
                )
            ) from None
        except sqlite3.DatabaseError as error:
            raise UnavailableError(
                Phrase(
                    "the store {path} cannot be read ({error})", path=str(path), error=error.sqlite_errorname
                )
            ) from None


def _refuse_sessions(settings: StoreSettings) -> None:
    engine = create_engine(
        database_url(settings.url),
        poolclass=NullPool,
        connect_args={"connect_timeout": settings.connect_timeout_s},
    )
    with Failures(engine).told(), engine.connect() as connection:
        count, pid = connection.execute(_SESSIONS, {"name": APPLICATION_NAME}).one()
    if count:
        raise StoreInUseError(
            Phrase(
                "{count} other sessions of this program are connected to the database (one is served"
                " by PostgreSQL's process {pid}; pg_stat_activity shows all): {remedy}",
                count=count,
                pid=pid,
                remedy=_REMEDY,
            )
        )
