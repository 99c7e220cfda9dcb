"""The schema's versions: making the tables, bringing them up to date, refusing others."""

from __future__ import annotations

from sqlalchemy import Connection, column, inspect, select, table

from offline_collect.store.database.connection import SQLITE_BEGIN, database_url, office_engine, sqlite_path
from offline_collect.store.database.driver_errors import Failures
from offline_collect.store.database.errors import StoreMissingError, StoreOutdatedError
from offline_collect.store.database.file_access import check_access, make_file
from offline_collect.store.database.settings import StoreSettings
from offline_collect.store.schema.tables import SCHEMA_VERSION

_VERSIONS = table("alembic_version", column("version_num"))


def upgrade(settings: StoreSettings) -> bool:
    """Create the tables or bring them up to date; whether anything had to be done.

    A SQLite file and its folder are created here and nowhere else.

    Raises:
        StoreError: the database cannot be reached, its tables are of a newer program, or others can read its file.
    """
    path = sqlite_path(database_url(settings.url))
    if path is not None:
        make_file(path, settings.group)
        check_access(path, settings.group)
    engine = office_engine(settings)
    try:
        with Failures(engine).told(), engine.connect() as plain:
            if path is not None:
                # SQLite changes a table by copying it, and lets go of the former one that others refer to.
                plain.connection.execute("PRAGMA foreign_keys=OFF")
            return _upgraded(plain.execution_options(**{SQLITE_BEGIN: "BEGIN IMMEDIATE"}))
    finally:
        engine.dispose()


def _upgraded(connection: Connection) -> bool:
    with connection.begin():
        version = schema_version(connection)
        if version == SCHEMA_VERSION:
            return False
        # Every command would wait for it, and hardly one migrates anything.
        from offline_collect.store.schema.migrate import migrate  # noqa: PLC0415

        migrate(connection, version)
    return True


def create_schema(url: str) -> None:
    """Create the tables at ``url``."""
    upgrade(StoreSettings(url))


def check_schema(connection: Connection) -> None:
    """See that the tables are this program's.

    Raises:
        StoreMissingError: there are none.
        StoreOutdatedError: they are of another version.
    """
    version = schema_version(connection)
    if version is None:
        raise StoreMissingError("the database has no tables yet: run offline-collect init")
    if version != SCHEMA_VERSION:
        raise StoreOutdatedError(
            f"the store's tables are version {version}, this program's are {SCHEMA_VERSION}: "
            "run offline-collect init to bring older ones up to date; newer ones need the newer program",
        )


def schema_version(connection: Connection) -> str | None:
    """Return the migration that the tables are at; None without tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(select(_VERSIONS.c.version_num)).scalar()
    return version
