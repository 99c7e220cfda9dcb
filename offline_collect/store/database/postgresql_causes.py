"""Why PostgreSQL lets this program not in, or not do something: the cause, and the statement that mends it.

A failed connection has no SQLSTATE, only the server's text. Texts in another language than English, and texts of unknown
causes, get the general answer. Names come from the URL; nothing else of a text is repeated.
"""

from __future__ import annotations

import getpass
import os
import re
from typing import Any

from sqlalchemy.engine import URL

from offline_collect.domain.ports import Cause
from offline_collect.store.database.errors import UnavailableError

_SCHEMA = "public"
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_DENIED = re.compile(r'permission denied for (?P<kind>table|view|sequence|schema|database) "?(?P<name>\w+)')
_NOT_OWNER = re.compile(r'must be owner of (?:table|relation|sequence|index) "?(?P<name>\w+)')

_LOGINS = (
    (
        r'role "[^"]*" does not exist',
        Cause.UNREACHABLE,
        "the server has no role {role}: name another in database.url, or run `CREATE ROLE {role} LOGIN PASSWORD '…'`",
    ),
    (
        r'database "[^"]*" does not exist',
        Cause.UNREACHABLE,
        (
            "the server has no database {database}: name another in database.url, or run `CREATE DATABASE {database}"
            " OWNER {role} ENCODING 'UTF8' TEMPLATE template0`"
        ),
    ),
    (
        r"password authentication failed|no password supplied",
        Cause.UNREACHABLE,
        (
            "the password of role {role} is wrong or missing, or there is no such role (the server does not say which):"
            " correct it in database.url, set another one by `ALTER ROLE {role} PASSWORD '…'`, or create the role by"
            " `CREATE ROLE {role} LOGIN PASSWORD '…'`"
        ),
    ),
    (
        r"(?:Peer|Ident) authentication failed",
        Cause.UNREACHABLE,
        (
            "this account of the operating system may not log in as role {role}: run the program as the account of that"
            " name, or name a host and a password in database.url"
        ),
    ),
    (
        r"no pg_hba\.conf entry|pg_hba\.conf rejects",
        Cause.UNREACHABLE,
        "its pg_hba.conf lets role {role} not into database {database} from this machine: add a line for it",
    ),
    (
        r"is not permitted to log in",
        Cause.UNREACHABLE,
        "role {role} may not log in: run `ALTER ROLE {role} LOGIN`",
    ),
    (
        r"permission denied for database",
        Cause.UNREACHABLE,
        "role {role} may not connect to database {database}: run `GRANT CONNECT ON DATABASE {database} TO {role}`",
    ),
    (
        r"too many (?:clients|connections)|connection slots are reserved",
        Cause.RESOURCES,
        "it has no connections left: raise its max_connections, or end other sessions",
    ),
    (r"the database system is", Cause.STOPPED, "it is being stopped or started"),
    (
        r"could not translate host name|Name or service not known|failed to resolve host",
        Cause.UNREACHABLE,
        "no name server knows this host: correct database.url",
    ),
    (
        r"Connection refused|No such file or directory",
        Cause.UNREACHABLE,
        "nothing listens there: does the server run, and is the port right?",
    ),
    (r"timeout expired|timed out", Cause.UNREACHABLE, "it does not answer: is a firewall between?"),
)


def login_failed(url: URL, cause: Any) -> UnavailableError:
    """Return the error for a connection that could not be made."""
    words = str(cause)
    for pattern, why, remedy in _LOGINS:
        if re.search(pattern, words):
            return UnavailableError(f"PostgreSQL ({_place(url)}): {_filled(remedy, url)}", why)
    return UnavailableError(
        f"the PostgreSQL database {_database(url)} ({_place(url)}) cannot be reached: does the server run, is there"
        " the database?"
    )


def not_allowed(url: URL, cause: Any) -> UnavailableError:
    """Return the error for a statement that the role may not run (42501)."""
    words = cause.diag.message_primary or ""
    denied, unowned = _DENIED.search(words), _NOT_OWNER.search(words)
    if unowned is not None:
        remedy = (
            f"role {{role}} does not own {unowned['name']}, and only its owner may change it: run offline-collect init"
            " with the owner's role"
        )
    elif denied is None:
        remedy = f"role {{role}} lacks a right: run `{_ON_SCHEMA}; {_ON_TABLES}`"
    elif denied["kind"] == "schema":
        return no_schema(url)
    elif denied["kind"] == "database":
        remedy = "role {role} may not create this in database {database}: run `GRANT ALL ON DATABASE {database} TO {role}`"
    else:
        remedy = (
            f"role {{role}} may not use {denied['kind']} {denied['name']}: run `{_ON_TABLES}` as the owner"
        )
    return UnavailableError(f"PostgreSQL: {_filled(remedy, url)} (42501)", Cause.TABLES)


def no_schema(url: URL) -> UnavailableError:
    """Return the error for a role that may not use, or create tables in, the schema."""
    remedy = f"role {{role}} may not use schema {_SCHEMA}, or not create tables in it: run `{_ON_SCHEMA}`"
    return UnavailableError(f"PostgreSQL: {_filled(remedy, url)} as the owner of the database", Cause.TABLES)


_ON_SCHEMA = f"GRANT USAGE, CREATE ON SCHEMA {_SCHEMA} TO {{role}}"
_ON_TABLES = f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {_SCHEMA} TO {{role}}"


def _filled(words: str, url: URL) -> str:
    return words.format(role=_quoted(_role(url)), database=_quoted(_database(url)))


def _role(url: URL) -> str:
    """Return the role as libpq finds it."""
    return url.username or _query(url, "user") or os.environ.get("PGUSER") or _account()


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _database(url: URL) -> str:
    return url.database or _query(url, "dbname") or os.environ.get("PGDATABASE") or _role(url)


def _place(url: URL) -> str:
    host = url.host or _query(url, "host") or os.environ.get("PGHOST") or "this machine's socket"
    return f"{host}:{url.port}" if url.port else host


def _query(url: URL, name: str) -> str | None:
    found = url.query.get(name)
    return found if found is None or isinstance(found, str) else ",".join(found)


def _quoted(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else '"' + name.replace('"', '""') + '"'
