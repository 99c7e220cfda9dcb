"""Engines: how each database is connected to, and what is set on every connection.

SQLite keeps its journal in WAL mode and makes every commit durable (``synchronous=FULL``); a write begins
with ``BEGIN IMMEDIATE``, so that it never fails for having read first. PostgreSQL plans every statement for
its parameters: a plan made while a table was nearly empty would keep scanning it. A lane keeps a connection
of its own. The back office keeps one between its transactions: an import has thousands of them, and the last
connection to a SQLite file that is closed copies the journal back.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool, QueuePool

from offline_collect.store.database.errors import UrlError
from offline_collect.store.database.settings import StoreSettings

DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "oracle": "oracle+oracledb",
}
SQLITE_BEGIN = "sqlite_begin"
"""Execution option that holds the words a SQLite transaction begins with."""

APPLICATION_NAME = "offline-collect"
"""What PostgreSQL shows as the name of this program's sessions."""

_EXAMPLES = (
    "sqlite:///var/offline-collect.db, postgresql://user@host/name or oracle://user@host/?service_name=x"
)
_WAL_PAGES = 4_000
_CACHE_KIB = 32_000


def database_url(text: str) -> URL:
    """Return the URL with its driver.

    Raises:
        UrlError: it is none of a database that this store knows.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        raise UrlError(f"the database's URL cannot be read; write it like {_EXAMPLES}") from None
    name, _, driver = url.drivername.partition("+")
    if name not in DRIVERS:
        raise UrlError(f"{name} is not a database of this program; use {_EXAMPLES}")
    if name == "sqlite" and url.database in {None, "", ":memory:"}:
        raise UrlError("SQLite in memory is seen by one connection only; name a file, sqlite:///path.db")
    return url if driver else url.set(drivername=DRIVERS[name])


def sqlite_path(url: URL) -> Path | None:
    """Return the file of a SQLite URL, None for other databases."""
    if url.get_backend_name() != "sqlite" or url.database is None:
        return None
    return Path(url.database)


def snapshot_options(engine: Engine) -> Mapping[str, Any]:
    """Return the options of a connection whose transactions only read, all statements the same state.

    Versions of bills and the states of the imports that decide about them are read by two statements. At two
    moments they would not belong together, and an import would be seen in part. SQLite's are like that anyway.
    """
    return _SNAPSHOTS.get(engine.dialect.name, {})


_SNAPSHOTS: Mapping[str, Mapping[str, Any]] = {
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    "oracle": {"isolation_level": "SERIALIZABLE"},
}


def lane_engine(settings: StoreSettings) -> Engine:
    """Return the engine of lanes: no statement takes longer than a request may."""
    return _engine(settings, settings.statement_timeout_ms, {"poolclass": NullPool})


def office_engine(settings: StoreSettings) -> Engine:
    """Return the engine of the back office, whose statements may take long (imports, verify)."""
    kept = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": -1, "pool_pre_ping": True}
    return _engine(settings, 0, kept)


def _engine(settings: StoreSettings, statement_timeout_ms: int, pool: dict[str, Any]) -> Engine:
    url = database_url(settings.url)
    name = url.get_backend_name()
    if name == "sqlite":
        return _sqlite_engine(url, settings, pool)
    if name == "postgresql":
        return _postgresql_engine(url, settings, statement_timeout_ms, pool)
    return _oracle_engine(url, settings, statement_timeout_ms, pool)


def _sqlite_engine(url: URL, settings: StoreSettings, pool: dict[str, Any]) -> Engine:
    # A session is made in one thread and used in another, though never in two at a time.
    engine = create_engine(url, connect_args={"check_same_thread": False}, **pool)

    @event.listens_for(engine, "do_connect")
    def on_do_connect(_dialect: Any, _record: Any, arguments: list[Any], named: dict[str, Any]) -> None:
        # A file that has been moved away is not made anew: SQLite would delete the journal that belongs to it.
        arguments[0] = f"file:{quote(arguments[0])}?mode=rw"
        named["uri"] = True

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by its own rules.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={settings.lock_timeout_ms}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"wal_autocheckpoint={_WAL_PAGES}",
            f"cache_size=-{_CACHE_KIB}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(SQLITE_BEGIN, "BEGIN"))

    return engine


def _postgresql_engine(
    url: URL, settings: StoreSettings, statement_timeout_ms: int, pool: dict[str, Any]
) -> Engine:
    parameters: dict[str, str | int] = {
        "plan_cache_mode": "force_custom_plan",
        "lock_timeout": settings.lock_timeout_ms,
        "statement_timeout": statement_timeout_ms,
        "synchronous_commit": "on",
        "timezone": "UTC",
    }
    if statement_timeout_ms:
        # Lanes join short lists to long tables by their keys, whatever the statistics say just now.
        parameters |= {"enable_hashjoin": "off", "enable_mergejoin": "off", "jit": "off"}
    options = " ".join(f"-c {name}={value}" for name, value in parameters.items())
    return create_engine(
        url,
        **pool,
        isolation_level="READ COMMITTED",
        connect_args={
            "options": options,
            "connect_timeout": settings.connect_timeout_s,
            "application_name": APPLICATION_NAME,
            # A server that fell silent is given up, rather than waited for as long as TCP would.
            "tcp_user_timeout": 2 * settings.statement_timeout_ms,
            "keepalives_idle": 30,
        },
    )


def _oracle_engine(
    url: URL, settings: StoreSettings, statement_timeout_ms: int, pool: dict[str, Any]
) -> Engine:
    # The old driver, cx_Oracle, has no patience of its own for connecting.
    patience = {"tcp_connect_timeout": settings.connect_timeout_s} if _is_oracledb(url) else {}
    engine = create_engine(url, isolation_level="READ COMMITTED", connect_args=patience, **pool)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # The only patience that Oracle's clients have is for a whole round trip; locks wait within it.
        setattr(connection, "call_timeout" if _is_oracledb(url) else "callTimeout", statement_timeout_ms)
        cursor = connection.cursor()
        cursor.execute("ALTER SESSION SET TIME_ZONE = 'UTC'")
        cursor.close()

    return engine


def _is_oracledb(url: URL) -> bool:
    return url.get_driver_name() == "oracledb"
