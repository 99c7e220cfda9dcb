"""Engines: how to connect to each database, and the settings of every connection.

SQLite keeps its journal in WAL mode and makes every commit durable (``synchronous=FULL``). A write begins
with ``BEGIN IMMEDIATE``, so that it never fails because it has read first. PostgreSQL plans the back
office's statements for their parameters, and keeps the plans of a lane's (``round_trip``). A lane keeps its
own connection. The back office keeps one between its transactions: an import has thousands of them,
and closing the last connection to a SQLite file copies the journal back.
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

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.database.errors import UrlError
from offline_collect.store.database.settings import StoreSettings

DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "oracle": "oracle+oracledb",
}
SQLITE_BEGIN = "sqlite_begin"
"""Execution option with the statement that begins a SQLite transaction."""

APPLICATION_NAME = "offline-collect"
"""The name of this program's sessions in PostgreSQL."""

_EXAMPLES = (
    "sqlite:///var/offline-collect.db, postgresql://user@host/name or oracle://user@host/?service_name=x"
)
_WAL_PAGES = 4_000


def database_url(text: str) -> URL:
    """Return the URL with its driver.

    Raises:
        UrlError: the URL is not of a database that this store supports.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        raise UrlError(
            Phrase("the database's URL cannot be read; write it like {examples}", examples=_EXAMPLES)
        ) from None
    name, _, driver = url.drivername.partition("+")
    if name not in DRIVERS:
        raise UrlError(
            Phrase("{name} is not a database of this program; use {examples}", name=name, examples=_EXAMPLES)
        )
    if name == "sqlite" and url.database in {None, "", ":memory:"}:
        raise UrlError(
            Phrase("SQLite in memory is seen by one connection only; name a file, sqlite:///path.db")
        )
    return url if driver else url.set(drivername=DRIVERS[name])


def sqlite_path(url: URL) -> Path | None:
    """Return the absolute path of a SQLite URL's file, None for other databases."""
    if url.get_backend_name() != "sqlite" or url.database is None:
        return None
    return Path(url.database).absolute()


def driver_of(connection: Connection) -> Any:
    """Return the driver's connection beneath SQLAlchemy's.

    SQLAlchemy's ``driver_connection`` finds the same one in four calls: for drivers that are not asynchronous the two
    do not differ, and a lane asks ten times for a payment.
    """
    return connection.connection.dbapi_connection


def snapshot_options(engine: Engine) -> Mapping[str, Any]:
    """Return the options of a connection for read-only transactions in which all statements see one state.

    Two statements read the versions of bills and the states of the imports that decide about them. Read at two
    moments, these would not match, and an import would be seen in part. SQLite's transactions see one state anyway.
    """
    return _SNAPSHOTS.get(engine.dialect.name, {})


_SNAPSHOTS: Mapping[str, Mapping[str, Any]] = {
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    "oracle": {"isolation_level": "SERIALIZABLE"},
}


def lane_engine(settings: StoreSettings) -> Engine:
    """Return the engine of lanes: no statement may take longer than a request."""
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
    # A session is created in one thread and used in another, but never in two at the same time.
    engine = create_engine(url, connect_args={"check_same_thread": False}, **pool)

    @event.listens_for(engine, "do_connect")
    def on_do_connect(_dialect: Any, _record: Any, arguments: list[Any], named: dict[str, Any]) -> None:
        # A file that was moved away is not created again: SQLite would delete the journal that belongs to it.
        arguments[0] = f"file:{quote(arguments[0])}?mode=rw"
        named["uri"] = True

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions itself.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={settings.lock_timeout_ms}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"wal_autocheckpoint={_WAL_PAGES}",
            f"cache_size=-{settings.page_cache_kib}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        words = connection.get_execution_options().get(SQLITE_BEGIN, "BEGIN")
        # Through SQLAlchemy it would take three times as long, and every batch begins with it.
        driver_of(connection).execute(words)

    return engine


def _postgresql_engine(
    url: URL, settings: StoreSettings, statement_timeout_ms: int, pool: dict[str, Any]
) -> Engine:
    parameters: dict[str, str | int] = {
        "plan_cache_mode": "force_custom_plan",
        # What is read by a cursor is read to its end: a plan whose first rows come soonest is the wrong one.
        "cursor_tuple_fraction": 1,
        # Conditions of versions are estimated high: to compile a search took seconds where it ran for a tenth.
        "jit": "off",
        "lock_timeout": settings.lock_timeout_ms,
        "statement_timeout": statement_timeout_ms,
        "synchronous_commit": "on",
        "timezone": "UTC",
    }
    if statement_timeout_ms:
        # Lanes join short lists to long tables by their keys, independently of the current statistics.
        parameters |= {"enable_hashjoin": "off", "enable_mergejoin": "off"}
        # They keep the plans of some statements (``round_trip``), none of which may be a scan of a small table.
        parameters |= {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}
    options = " ".join(f"-c {name}={value}" for name, value in parameters.items())
    return create_engine(
        url,
        **pool,
        isolation_level="READ COMMITTED",
        connect_args={
            "options": options,
            # The driver would keep plans of any statement, and forget those of others after a rollback.
            **({"prepare_threshold": None} if statement_timeout_ms else {}),
            "connect_timeout": settings.connect_timeout_s,
            "application_name": APPLICATION_NAME,
            # Of whatever encoding the database and PGCLIENTENCODING are: PostgreSQL converts.
            "client_encoding": "utf8",
            # The wait for a silent server ends earlier than TCP would end it.
            "tcp_user_timeout": 2 * settings.statement_timeout_ms,
            "keepalives_idle": 30,
        },
    )


def _oracle_engine(
    url: URL, settings: StoreSettings, statement_timeout_ms: int, pool: dict[str, Any]
) -> Engine:
    # The old driver, cx_Oracle, has no timeout for connecting.
    patience = {"tcp_connect_timeout": settings.connect_timeout_s} if _is_oracledb(url) else {}
    engine = create_engine(url, isolation_level="READ COMMITTED", connect_args=patience, **pool)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # Oracle's clients have only a timeout for a whole round trip; waits for locks are part of it.
        setattr(connection, "call_timeout" if _is_oracledb(url) else "callTimeout", statement_timeout_ms)
        cursor = connection.cursor()
        cursor.execute("ALTER SESSION SET TIME_ZONE = 'UTC'")
        cursor.close()

    return engine


def _is_oracledb(url: URL) -> bool:
    return url.get_driver_name() == "oracledb"
