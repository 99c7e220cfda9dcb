"""The schema's versions: creating the tables, upgrading them, refusing other versions."""

from __future__ import annotations

from sqlalchemy import Connection, column, func, inspect, select, table

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.database.connection import SQLITE_BEGIN, database_url, office_engine, sqlite_path
from offline_collect.store.database.driver_errors import Failures
from offline_collect.store.database.errors import StoreMissingError, StoreOutdatedError, StrangeDatabaseError
from offline_collect.store.database.file_access import check_access, make_file
from offline_collect.store.database.postgresql_causes import no_schema
from offline_collect.store.database.settings import StoreSettings
from offline_collect.store.schema.tables import SCHEMA_VERSION, metadata

_VERSIONS = table("alembic_version", column("version_num"))
_OWN = "business_days"
"""A table that every version of this program has made, and hardly anything else has."""


def upgrade(settings: StoreSettings) -> bool:
    """Create or upgrade the tables; return whether anything changed.

    A SQLite file and its folder are created here and nowhere else.

    Raises:
        StoreError: the database cannot be reached, a newer program or something else made its tables, or others can
            read its file.
    """
    path = sqlite_path(database_url(settings.url))
    if path is not None:
        make_file(path, settings.group)
        check_access(path, settings.group)
    engine = office_engine(settings)
    try:
        with Failures(engine).told(), engine.connect() as plain:
            if path is not None:
                # SQLite changes a table by copying it, and drops the former table while others refer to it.
                plain.connection.execute("PRAGMA foreign_keys=OFF")
            return _upgraded(plain.execution_options(**{SQLITE_BEGIN: "BEGIN IMMEDIATE"}))
    finally:
        engine.dispose()


def _upgraded(connection: Connection) -> bool:
    with connection.begin():
        version = schema_version(connection)
        if version == SCHEMA_VERSION:
            return False
        refuse_strange(connection, version)
        # Every command would wait for this import, and very few migrate anything.
        from offline_collect.store.schema.migrate import migrate  # noqa: PLC0415

        migrate(connection, version)
    return True


def create_schema(url: str) -> None:
    """Create the tables at ``url``."""
    upgrade(StoreSettings(url))


def check_schema(connection: Connection) -> None:
    """Check that the tables are this program's.

    Raises:
        StrangeDatabaseError: the tables are of something else.
        StoreMissingError: there are no tables.
        StoreOutdatedError: the tables are of another version.
    """
    version = schema_version(connection)
    if version != SCHEMA_VERSION:
        refuse_strange(connection, version)
    if version is None:
        raise StoreMissingError(Phrase("the database has no tables yet: run offline-collect init"))
    if version != SCHEMA_VERSION:
        raise StoreOutdatedError(
            Phrase(
                "the store's tables are version {version}, this program's are {schema_version}: run"
                " offline-collect init to bring older ones up to date; newer ones need the newer"
                " program",
                version=version,
                schema_version=SCHEMA_VERSION,
            ),
        )


def refuse_strange(connection: Connection, version: str | None) -> None:
    """Refuse a database that something else uses; another program may have an ``alembic_version`` too.

    Args:
        connection: to the database.
        version: of its tables; None without one.

    Raises:
        StrangeDatabaseError: its tables are not this program's.
    """
    found = set(inspect(connection).get_table_names())
    if version is not None:
        strange = found if _OWN not in found else set()
    elif _VERSIONS.name in found:
        # Oracle keeps the tables of an `init` that was interrupted.
        strange = found - set(metadata.tables)
    else:
        strange = found
    strange.discard(_VERSIONS.name)
    if strange:
        raise StrangeDatabaseError(sorted(strange))


def _refuse_without_schema(connection: Connection) -> None:
    """Refuse a role that sees no table because it may not use the schema: to it, every database looks empty.

    Raises:
        UnavailableError: says which right is missing.
    """
    if connection.dialect.name == "postgresql" and connection.scalar(select(func.current_schema())) is None:
        raise no_schema(connection.engine.url)


def schema_version(connection: Connection) -> str | None:
    """Return the tables' latest migration; None without tables."""
    if not inspect(connection).has_table("alembic_version"):
        _refuse_without_schema(connection)
        return None
    version: str | None = connection.execute(select(_VERSIONS.c.version_num)).scalar()
    return version
