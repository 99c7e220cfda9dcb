"""Throttle: how long work of many transactions pauses between two of them, so that payments go on beside it.

Who waits for the one writer of SQLite has no place in a queue, but looks in every now and then: work that goes
from one transaction to the next would keep a payment waiting for as long as it lasts. Databases that lock rows
share their processors and their log: work that rests for half as long again as it has worked leaves payments most
of their rate. Where nobody else is about, there is no rest, or on SQLite a short one, since somebody may be about to
come.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

PAUSE_MAX_S = 0.25
"""A transaction that took longer has mostly waited itself."""

SHARED = 1.5
"""On PostgreSQL, where others work: the part of the time that was worked."""

ALONE = 0.25
"""On SQLite, where nobody else has been writing: the part of the time that was worked."""

# Seconds are told by the server, so that no clock is compared with another one.
_ACTIVE = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend' AND state_change > clock_timestamp() - interval '1 second'"
)


class Others:
    """What else works with the database."""

    def __init__(self) -> None:
        self._version: int | None = None

    def pause_s(self, connection: Connection, held_s: float) -> float:
        """Return how long to rest after a transaction that took ``held_s``.

        Args:
            connection: the same one each time: SQLite tells what others did since it was asked last.
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
