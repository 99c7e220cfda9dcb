"""Stores that have their tables: one for each test, of each kind of database."""

import gc
import os
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text

from offline_collect.store import StoreSettings, upgrade
from offline_collect.store.database.connection import database_url
from offline_collect.store.schema.tables import metadata
from tests.databases.lasting import lasting_store, replace_file
from tests.store.teller import Teller

LOCK_TIMEOUT_MS = 300
MADE_WITH_THE_STORE = ("serial_counters", "organisations")
"""Tables whose first rows the migrations make."""
ADDED_ORGANISATIONS = "DELETE FROM organisations WHERE organisation_id NOT IN ('GROUP', 'BANK')"
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
    tables = ", ".join(name for name in metadata.tables if name not in MADE_WITH_THE_STORE)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
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


DATABASES = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.postgresql),
    *([pytest.param("oracle", marks=pytest.mark.oracle)] if ORACLE_URL in os.environ else []),
]


@pytest.fixture(params=DATABASES)
def migrated_url(request):
    """The URL of a database with empty tables, once of each kind."""
    return request.getfixturevalue(f"migrated_{request.param}_url")


@pytest.fixture
def store(migrated_url):
    with_tables = lasting_store(settings_of(migrated_url))
    yield with_tables
    with_tables.dispose()


@pytest.fixture
def teller(migrated_url):
    """A store with a school, a water works, their customers and bills, and a lane that takes commands."""
    with teller_of(migrated_url) as opened:
        yield opened


@pytest.fixture
def sqlite_teller(migrated_sqlite_url):
    with teller_of(migrated_sqlite_url) as opened:
        yield opened


@pytest.fixture
def postgresql_teller(migrated_postgresql_url):
    with teller_of(migrated_postgresql_url) as opened:
        yield opened


@contextmanager
def teller_of(url):
    store = lasting_store(settings_of(url))
    with Teller(store) as opened:
        yield opened
    store.dispose()
