"""Stores with a bank in them, and a lane that takes commands: one for each test."""

from contextlib import contextmanager

import pytest

from tests.databases.lasting import lasting_store
from tests.databases.migrated import settings_of
from tests.store.teller import Teller


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
