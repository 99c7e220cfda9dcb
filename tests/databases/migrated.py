"""Stores that have their tables: one for each test, of each kind of database."""

import gc
import os

import pytest
from sqlalchemy import create_engine, text

from offline_collect.store import StoreSettings, upgrade
from offline_collect.store.database.connection import database_url
from offline_collect.store.schema.tables import metadata
from tests.databases.lasting import replace_file

LOCK_TIMEOUT_MS = 300
MADE_WITH_THE_STORE = ("serial_counters", "organisations", "address_keys")
"""Tables whose first rows the migrations make."""
ADDED_ORGANISATIONS = "DELETE FROM organisations WHERE organisation_id NOT IN ('GROUP', 'BANK')"
USED = """
    SELECT relname FROM pg_class WHERE relname = ANY (:tables) AND relkind = 'r' AND pg_relation_size(oid) > 0
"""
"""Asks for the tables that have had rows: most tests use few, and each that is emptied takes milliseconds."""
FORGET = "DELETE FROM pg_statistic WHERE starelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
"""Statistics outlive the rows that they are of, and would make the plans of the next test."""
ORACLE_URL = "OFFLINE_COLLECT_TEST_ORACLE_URL"


def settings_of(url):
    """The settings of a store that does not wait long for a lock."""
    return StoreSettings(url, lock_timeout_ms=LOCK_TIMEOUT_MS)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "empty.db"
    upgrade(StoreSettings(f"sqlite:///{path}"))
    # The driver closes the file when a closed connection is collected; only then the file has all data.
    gc.collect()
    return path


@pytest.fixture
def migrated_sqlite_url(sqlite_template):
    path = sqlite_template.with_name("store.db")
    replace_file(path, sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def shared_postgresql_url(postgresql_server):
    with postgresql_server.database() as name:
        upgrade(StoreSettings(postgresql_server.url(name)))
        yield postgresql_server.url(name)


@pytest.fixture
def migrated_postgresql_url(shared_postgresql_url):
    yield shared_postgresql_url
    # To empty one database is many times faster than to make another.
    engine = create_engine(shared_postgresql_url)
    with engine.begin() as connection:
        tables = [name for name in metadata.tables if name not in MADE_WITH_THE_STORE]
        names = connection.execute(text(USED), {"tables": tables}).scalars().all()
        if names:
            connection.execute(text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE"))
        connection.execute(text(FORGET))
        connection.execute(text(ADDED_ORGANISATIONS))
        connection.execute(text("UPDATE serial_counters SET next_number = 1"))
    engine.dispose()


@pytest.fixture
def migrated_oracle_url():
    url = os.environ[ORACLE_URL]
    upgrade(StoreSettings(url))
    yield url
    engine = create_engine(database_url(url))
    with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name not in MADE_WITH_THE_STORE:
                connection.execute(table.delete())
        connection.execute(text(ADDED_ORGANISATIONS))
        connection.execute(text("UPDATE serial_counters SET next_number = 1"))
    engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def module_url(request, tmp_path_factory):
    """The URL of an empty database for all tests of a module, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('module') / 'store.db'}"
        return
    server = request.getfixturevalue("postgresql_server")
    with server.database() as name:
        yield server.url(name)


DATABASES = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.postgresql),
    *([pytest.param("oracle", marks=pytest.mark.oracle)] if ORACLE_URL in os.environ else []),
]


@pytest.fixture(params=DATABASES)
def migrated_url(request):
    """The URL of a database with empty tables, once of each kind."""
    return request.getfixturevalue(f"migrated_{request.param}_url")
