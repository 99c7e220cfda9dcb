"""Work of many transactions pauses for other users of the store, and hardly at all without them."""

import pytest
from sqlalchemy import text

from offline_collect.store import StoreSettings, open_store, upgrade
from offline_collect.store.database.connection import office_engine
from offline_collect.store.database.throttle import ALONE, PAUSE_MAX_S, SHARED, Others


@pytest.fixture
def connections(store_url):
    """Two connections to one store."""
    settings = StoreSettings(store_url)
    upgrade(settings)
    engine = office_engine(settings)
    with engine.connect() as ours, engine.connect() as theirs:
        yield ours, theirs
    engine.dispose()


def write(connection):
    with connection.begin():
        connection.execute(text("UPDATE serial_counters SET next_number = next_number + 1"))


def pauses(others, connection, held_s):
    with connection.begin():
        return others.pause_s(connection, held_s)


def test_it_rests_as_long_as_it_worked_or_longer_while_others_write(connections):
    ours, theirs = connections
    others = Others()
    pauses(others, ours, 0.1)
    write(theirs)
    share = SHARED if ours.dialect.name == "postgresql" else 1
    assert pauses(others, ours, 0.1) == 0.1 * share


def test_it_never_rests_long(connections):
    ours, theirs = connections
    others = Others()
    write(theirs)
    assert pauses(others, ours, 60) <= PAUSE_MAX_S * SHARED


def test_alone_on_sqlite_it_rests_a_little(sqlite_url):
    settings = StoreSettings(sqlite_url)
    upgrade(settings)
    engine = office_engine(settings)
    others = Others()
    with engine.connect() as ours:
        pauses(others, ours, 0.1)
        write(ours)
        assert pauses(others, ours, 0.1) == 0.1 * ALONE
    engine.dispose()


def test_alone_on_postgresql_it_does_not_rest(postgresql_url):
    settings = StoreSettings(postgresql_url)
    upgrade(settings)
    engine = office_engine(settings)
    others = Others()
    with engine.connect() as ours:
        while pauses(others, ours, 0.1):
            pass  # the connection that made the tables may have been open a moment ago
        write(ours)
        assert pauses(others, ours, 0.1) == 0
    engine.dispose()


def test_a_store_gives_way_after_a_transaction(sqlite_url):
    upgrade(StoreSettings(sqlite_url))
    store = open_store(StoreSettings(sqlite_url))
    store.throttle(0.0)
    with store.snapshot() as reading:
        assert reading.connection.execute(text("SELECT 1")).scalar() == 1
    store.dispose()
