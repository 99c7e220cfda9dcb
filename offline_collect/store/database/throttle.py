"""Throttle: pauses between the transactions of long work, so that payments continue meanwhile.

SQLite allows one writer, and its waiting writers do not queue but try again at intervals. Without pauses, a payment
would wait until all of the work is done. Databases that lock rows share their processors and their log. Work that
pauses for one and a half times its working time leaves payments most of their rate. Without other work there is no
pause, or on SQLite a short one, since a payment may be about to start.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

PAUSE_MAX_S = 0.25
"""A transaction that took longer has mostly waited."""

SHARED = 1.5
"""On PostgreSQL, while other sessions work: the pause per time worked."""

ALONE = 0.25
"""On SQLite, if no other process has written: the pause per time worked."""

# The server measures the seconds, so that no two clocks are compared.
_ACTIVE = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend' AND state_change > clock_timestamp() - interval '1 second'"
)


class Others:
    """Other work on the database."""

    def __init__(self) -> None:
        self._version: int | None = None

    def pause_s(self, connection: Connection, held_s: float) -> float:
        """Return how long to pause after a transaction that took ``held_s``.

        Args:
            connection: the same one each time: SQLite reports the writes of others since the last query.
        """
        worked = min(held_s, PAUSE_MAX_S)
        if connection.dialect.name == "sqlite":
            return worked if self._wrote(connection) else worked * ALONE
        if connection.dialect.name == "postgresql":
            return worked * SHARED if connection.execute(_ACTIVE).scalar_one() else 0.0
        return 0.0

    def _wrote(self, connection: Connection) -> bool:
        before, self._version = self._version, connection.exec_driver_sql("PRAGMA data_version").scalar()
        return self._version != before
