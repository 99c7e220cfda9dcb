"""Whatever keeps the program out of PostgreSQL is named, with the statement that mends it."""

from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from offline_collect.domain.ports import Cause, UnavailableError
from offline_collect.store import StoreSettings, open_store, upgrade
from offline_collect.store.database.postgresql_causes import login_failed, not_allowed

URL = make_url("postgresql+psycopg://Bank-1@db.example:5433/collect")


@contextmanager
def role(server, name="teller"):
    with server.connect() as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
    try:
        yield
    finally:
        with server.connect() as connection:
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def as_role(url, name="teller"):
    return StoreSettings(url.replace("postgres@", f"{name}@"))


def refusal(act, settings):
    with pytest.raises(UnavailableError) as refused:
        act(settings)
    return str(refused.value)


def statement_of(words):
    return words.split("`")[1]


@pytest.mark.postgresql
def test_a_role_that_is_missing_is_named(postgresql_url):
    said = refusal(upgrade, as_role(postgresql_url, "nobody-1"))
    assert 'the server has no role "nobody-1"' in said
    assert statement_of(said) == "CREATE ROLE \"nobody-1\" LOGIN PASSWORD '…'"


@pytest.mark.postgresql
def test_a_database_that_is_missing_is_named(postgresql_server):
    said = refusal(upgrade, StoreSettings(postgresql_server.url("elsewhere")))
    assert "the server has no database elsewhere" in said
    assert statement_of(said).startswith("CREATE DATABASE elsewhere OWNER postgres")


@pytest.mark.postgresql
def test_the_statement_that_is_named_gives_the_right(postgresql_server, postgresql_url):
    """From a role that may do nothing to one that works: each refusal names the next statement."""
    database = make_url(postgresql_url).database
    with role(postgresql_server), postgresql_server.connect(database) as owner:
        owner.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        said = refusal(upgrade, as_role(postgresql_url))
        assert "role teller may not use schema public" in said
        assert refusal(open_store, as_role(postgresql_url)) == said
        upgrade(StoreSettings(postgresql_url))
        owner.execute(statement_of(said))
        said = refusal(open_store, as_role(postgresql_url))
        assert (
            "role teller may not use table alembic_version: run `GRANT SELECT, INSERT, UPDATE, DELETE" in said
        )
        owner.execute(statement_of(said))
        open_store(as_role(postgresql_url)).dispose()
        owner.execute("DROP OWNED BY teller")


@pytest.mark.postgresql
def test_who_does_not_own_the_tables_cannot_upgrade_them(postgresql_server, postgresql_url):
    database = make_url(postgresql_url).database
    with role(postgresql_server), postgresql_server.connect(database) as owner:
        owner.execute("CREATE TABLE audit (x integer)")
        owner.execute("SET ROLE teller")
        with pytest.raises(psycopg.Error) as refused:
            owner.execute("ALTER TABLE audit ADD y integer")
        owner.execute("RESET ROLE")
        assert 'role "Bank-1" does not own audit' in str(not_allowed(URL, refused.value))
        assert "init with the owner's role" in str(not_allowed(URL, refused.value))


@pytest.mark.parametrize(
    ("text", "cause", "said"),
    [
        (
            'FATAL:  password authentication failed for user "x"',
            Cause.UNREACHABLE,
            'the password of role "Bank-1"',
        ),
        ("fe_sendauth: no password supplied", Cause.UNREACHABLE, "is wrong or missing"),
        ('FATAL:  Peer authentication failed for user "x"', Cause.UNREACHABLE, "may not log in as role"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.1"', Cause.UNREACHABLE, "pg_hba.conf"),
        ('FATAL:  role "x" is not permitted to log in', Cause.UNREACHABLE, 'ALTER ROLE "Bank-1" LOGIN'),
        (
            'FATAL:  permission denied for database "x"',
            Cause.UNREACHABLE,
            "GRANT CONNECT ON DATABASE collect",
        ),
        ("FATAL:  sorry, too many clients already", Cause.RESOURCES, "no connections left"),
        ("FATAL:  the database system is starting up", Cause.STOPPED, "stopped or started"),
        ("could not translate host name", Cause.UNREACHABLE, "no name server knows this host"),
        (
            "connection failed: Connection refused",
            Cause.UNREACHABLE,
            "(db.example:5433): nothing listens there",
        ),
        ("connection timeout expired", Cause.UNREACHABLE, "does not answer"),
        (
            "FATAL: 用户认证失败 6222000000000001",
            Cause.UNREACHABLE,
            "database collect (db.example:5433) cannot be reached",
        ),
    ],
)
def test_why_nobody_is_let_in(text, cause, said):
    found = login_failed(URL, psycopg.OperationalError(text))
    assert found.cause is cause
    assert said in str(found)
    assert "6222" not in str(found)


def test_a_right_that_is_not_named_gets_both_statements():
    said = str(not_allowed(URL, psycopg.errors.InsufficientPrivilege("Zugriff verweigert")))
    assert 'GRANT USAGE, CREATE ON SCHEMA public TO "Bank-1"; GRANT SELECT' in said


@pytest.mark.parametrize(
    ("url", "role", "place"),
    [
        ("postgresql+psycopg:///x?host=/run/pg&user=ann", "ann", "/run/pg"),
        ("postgresql+psycopg:///x?host=a&host=b&user=ann", "ann", "a,b"),
    ],
)
def test_role_and_place_are_found_where_libpq_finds_them(url, role, place):
    said = str(login_failed(make_url(url), psycopg.OperationalError("no password supplied")))
    assert said.startswith(f"PostgreSQL ({place}): the password of role {role} ")
