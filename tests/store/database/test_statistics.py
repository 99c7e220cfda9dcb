"""PostgreSQL plans joins by what a table holds now, not by what it held a minute ago."""

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, text

from offline_collect.store import StoreSettings, upgrade
from offline_collect.store.database.connection import office_engine
from offline_collect.store.database.statistics import gather_statistics
from offline_collect.store.schema.reconciliation_tables import recon_rows
from offline_collect.store.schema.tables import payments

LOADED, GROWN, SAME = (Table(name, MetaData(), Column("n", Integer)) for name in ("loaded", "grown", "same"))


@pytest.fixture
def connection(postgresql_url):
    engine = office_engine(StoreSettings(postgresql_url))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def known(connection):
    """The tables whose rows PostgreSQL knows, with their number."""
    names = [table.name for table in (LOADED, GROWN, SAME)]
    asked = text("SELECT relname, reltuples FROM pg_class WHERE relname = ANY (:names) AND reltuples >= 0")
    return {name: int(rows) for name, rows in connection.execute(asked, {"names": names})}


def fill(connection, table, rows):
    connection.execute(insert(table), [{"n": n} for n in range(rows)])
    connection.execute(text("SELECT pg_stat_force_next_flush()"))
    connection.commit()


@pytest.mark.postgresql
def test_what_was_loaded_is_looked_at_and_what_has_changed_much_of_what_it_is_joined_with(connection):
    for table, rows in ((LOADED, 3), (GROWN, 100), (SAME, 100)):
        table.create(connection)
        fill(connection, table, rows)
    gather_statistics(connection, (SAME,))
    connection.commit()
    fill(connection, SAME, 20)
    assert known(connection) == {"same": 100}
    gather_statistics(connection, (LOADED,), (GROWN, SAME))
    assert known(connection) == {"loaded": 3, "grown": 100, "same": 100}


def test_sqlite_needs_none(sqlite_url):
    settings = StoreSettings(sqlite_url)
    upgrade(settings)
    engine = office_engine(settings)
    with engine.connect() as connection:
        gather_statistics(connection, (recon_rows,), (payments,))
        tables = set(connection.execute(text("SELECT name FROM sqlite_master")).scalars())
    engine.dispose()
    assert "recon_rows" in tables
    assert "sqlite_stat1" not in tables
