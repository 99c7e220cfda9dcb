import stat

import psycopg
import pytest
from sqlalchemy import create_engine, text


def test_a_fresh_database_answers(postgresql_url):
    engine = create_engine(postgresql_url)
    with engine.connect() as connection:
        version = connection.scalar(text("SHOW server_version_num"))
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()
    assert int(version) >= 120000


def test_the_server_is_reached_by_its_socket_only(postgresql_server):
    with postgresql_server.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert stat.S_IMODE(postgresql_server.folder.stat().st_mode) == 0o700


def test_databases_share_nothing(postgresql_server):
    with postgresql_server.database() as first, postgresql_server.database() as second:
        with postgresql_server.connect(first) as connection:
            connection.execute("CREATE TABLE bills (bill_no text)")
        with (
            postgresql_server.connect(second) as connection,
            pytest.raises(psycopg.errors.UndefinedTable),
        ):
            connection.execute("SELECT * FROM bills")


def test_a_database_is_copied_from_its_template(postgresql_server):
    with postgresql_server.database() as template:
        with postgresql_server.connect(template) as connection:
            connection.execute("CREATE TABLE bills AS SELECT 'S2026-11-0001' AS bill_no")
        with (
            postgresql_server.database(template) as copy,
            postgresql_server.connect(copy) as connection,
        ):
            assert connection.execute("SELECT bill_no FROM bills").fetchone() == ("S2026-11-0001",)


def test_a_database_is_dropped_though_a_client_is_still_there(postgresql_server):
    with postgresql_server.database() as name:
        client = postgresql_server.connect(name)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        postgresql_server.connect(name)
    client.close()


def test_every_kind_of_store_answers(store_url):
    engine = create_engine(store_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()
