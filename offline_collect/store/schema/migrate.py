"""Runs the migrations: a separate module because alembic takes long to import."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.database.errors import StoreOutdatedError

MIGRATIONS = Path(__file__).parent.with_name("migrations")


def migrate(connection: Connection, version: str | None) -> None:
    """Bring tables from a version (None without tables) to this program's.

    Raises:
        StoreOutdatedError: this program does not know the version.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        ScriptDirectory.from_config(config).get_revision(version or "base")
    except CommandError:
        raise StoreOutdatedError(
            Phrase(
                "the store's tables are version {version}, which this program does not know: it was"
                " made by a newer one",
                version=str(version),
            ),
        ) from None
    command.upgrade(config, "head")
