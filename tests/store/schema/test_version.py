"""Tables come from migrations; other tables than this program's are refused."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, create_engine, inspect, text

from offline_collect.domain.ports import UnavailableError
from offline_collect.store import (
    StoreMissingError,
    StoreOutdatedError,
    StoreSettings,
    UrlError,
    create_schema,
    open_store,
    upgrade,
)
from offline_collect.store.database.connection import database_url
from offline_collect.store.database.errors import StrangeDatabaseError
from offline_collect.store.schema.migrate import MIGRATIONS
from offline_collect.store.schema.tables import SCHEMA_VERSION, metadata
from offline_collect.store.schema.version import schema_version
from tests.databases.sqlite_images import put_image


def execute(url, words):
    engine = create_engine(database_url(url))
    with engine.begin() as connection:
        connection.execute(text(words))
    engine.dispose()


def test_migrations_make_the_tables_of_the_models(store_url):
    create_schema(store_url)
    engine = create_engine(database_url(store_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        found = inspect(connection)
        for table in metadata.sorted_tables:
            checks = {check["name"] for check in found.get_check_constraints(table.name)}
            assert checks == {
                str(check.name) for check in table.constraints if isinstance(check, CheckConstraint)
            }
    engine.dispose()


def test_an_upgrade_does_nothing_the_second_time(store_url):
    settings = StoreSettings(store_url)
    assert upgrade(settings)
    assert not upgrade(settings)
    open_store(settings).dispose()


def test_the_program_knows_its_newest_migration():
    (head,) = ScriptDirectory(str(MIGRATIONS)).get_heads()
    assert head == SCHEMA_VERSION


def test_migrations_can_be_undone(sqlite_url):
    create_schema(sqlite_url)
    engine = create_engine(sqlite_url)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
        assert schema_version(connection) is None
    engine.dispose()


def test_a_store_that_is_not_there_is_not_made_by_opening_it(tmp_path):
    path = tmp_path / "var" / "store.db"
    with pytest.raises(StoreMissingError, match="offline-collect init"):
        open_store(StoreSettings(f"sqlite:///{path}"))
    assert not path.parent.exists()
    create_schema(f"sqlite:///{path}")
    open_store(StoreSettings(f"sqlite:///{path}")).dispose()


def test_a_database_without_tables_asks_for_init(store_url):
    if store_url.startswith("sqlite"):
        Path(database_url(store_url).database).touch(mode=0o600)
    with pytest.raises(StoreMissingError, match="offline-collect init"):
        open_store(StoreSettings(store_url))


def test_a_store_without_a_day_asks_for_init(store):
    with pytest.raises(StoreMissingError, match="offline-collect init"):
        store.open_day()
    session = store.write_session()
    with pytest.raises(StoreMissingError, match="offline-collect init"):
        session.begin()
    session.close()


def test_tables_of_another_version_are_refused(migrated_url):
    execute(migrated_url, "UPDATE alembic_version SET version_num = '9999'")
    try:
        with pytest.raises(StoreOutdatedError, match="9999"):
            open_store(StoreSettings(migrated_url))
        with pytest.raises(StoreOutdatedError, match="newer"):
            upgrade(StoreSettings(migrated_url))
    finally:
        execute(migrated_url, f"UPDATE alembic_version SET version_num = '{SCHEMA_VERSION}'")


def test_sqlite_is_durable(migrated_sqlite_url):
    store = open_store(StoreSettings(migrated_sqlite_url))
    with store.transaction() as tx:
        asked = {
            name: tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    store.dispose()
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 2_000}


def test_a_lane_on_postgresql_is_durable_and_impatient(migrated_postgresql_url):
    store = open_store(StoreSettings(migrated_postgresql_url, lock_timeout_ms=700, statement_timeout_ms=900))
    with store._lanes.connect() as connection:
        asked = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("plan_cache_mode", "lock_timeout", "statement_timeout", "synchronous_commit")
        }
    with store.transaction() as tx:
        assert tx.connection.exec_driver_sql("SHOW statement_timeout").scalar() == "0"
    store.dispose()
    assert asked == {
        "plan_cache_mode": "force_generic_plan",
        "lock_timeout": "700ms",
        "statement_timeout": "900ms",
        "synchronous_commit": "on",
    }


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("no url", "cannot be read"),
        ("mysql://localhost/x", "mysql is not a database"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused(url, said):
    with pytest.raises(UrlError, match=said):
        open_store(StoreSettings(url))


def test_the_password_of_a_url_is_not_shown():
    assert "secret" not in repr(StoreSettings("postgresql://user:secret@host/name"))


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///x.db", "sqlite+pysqlite"),
        ("postgresql://host/x", "postgresql+psycopg"),
        ("oracle://host/?service_name=x", "oracle+oracledb"),
        ("oracle+cx_oracle://host/?service_name=x", "oracle+cx_oracle"),
    ],
)
def test_a_url_gets_the_driver_that_this_program_brings(url, driver):
    assert database_url(url).drivername == driver


def test_a_file_that_is_no_database_is_unavailable(tmp_path):
    path = tmp_path / "store.db"
    put_image(path, b"no database" * 1000)
    with pytest.raises(UnavailableError, match="not a database"):
        open_store(StoreSettings(f"sqlite:///{path}"))


@pytest.mark.parametrize(
    "made",
    [
        ["CREATE TABLE users (name VARCHAR(9))"],
        # Many programs keep their version in this table.
        [
            "CREATE TABLE ledgers (name VARCHAR(9))",
            "CREATE TABLE alembic_version (version_num VARCHAR(32))",
            "INSERT INTO alembic_version VALUES ('a1b2c3')",
        ],
    ],
)
def test_a_database_of_something_else_is_left_alone(store_url, made):
    path = Path(database_url(store_url).database or "")
    if store_url.startswith("sqlite"):
        path.touch(0o600)
    for words in made:
        execute(store_url, words)
    named = made[0].split()[2]
    for attempt in (upgrade, open_store):
        with pytest.raises(
            StrangeDatabaseError, match=rf"database of something else: .*\({named}\); nothing was changed"
        ):
            attempt(StoreSettings(store_url))
    engine = create_engine(database_url(store_url))
    assert set(inspect(engine).get_table_names()) == {words.split()[2] for words in made if "CREATE" in words}
    engine.dispose()


def test_of_many_foreign_tables_the_first_are_named(store_url):
    if store_url.startswith("sqlite"):
        Path(database_url(store_url).database or "").touch(0o600)
    for name in "dcba":
        execute(store_url, f"CREATE TABLE {name} (x INTEGER)")
    with pytest.raises(StrangeDatabaseError, match=r"\(a, b, c, …\)"):
        upgrade(StoreSettings(store_url))


def test_an_upgrade_that_was_broken_off_goes_on(store_url):
    """Oracle keeps the table that an interrupted `init` made."""
    if store_url.startswith("sqlite"):
        Path(database_url(store_url).database or "").touch(0o600)
    execute(store_url, "CREATE TABLE alembic_version (version_num VARCHAR(32))")
    assert upgrade(StoreSettings(store_url))
