"""Statements that PostgreSQL carries out in one round trip, over the driver's interface to libpq.

The driver's cursors send each statement of a pipeline by itself. For a batch of one payment they take longer than
PostgreSQL, which is woken for each. Here one message has them all, and PostgreSQL keeps their plans.

A kept plan is used for as long as the connection lasts, also after its tables have grown from nothing to millions of
rows. So only statements are kept whose plan cannot be wrong for another size: see ``sql.by_key`` and ``list_write``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Dialect
from sqlalchemy.dialects.postgresql.base import PGDialect

from offline_collect.store.database.connection import driver_of

if TYPE_CHECKING:
    # A server on SQLite does not load the driver: it takes a tenth of the start.
    from psycopg.pq.abc import PGresult

    from offline_collect.store.database.pipeline import Pipeline

NUMBERED: Dialect = PGDialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
"""Compiles statements for :class:`Statement`."""

KEPT = "kept"
"""Execution option of a SELECT whose plan PostgreSQL may keep."""

_PIPELINE = "pipeline"


class Statement(NamedTuple):
    """A statement in PostgreSQL's form, with ``$1`` for its first value.

    Attributes:
        kept: whether PostgreSQL keeps its plan.
    """

    sql: bytes
    values: Sequence[bytes | None] = ()
    kept: bool = False


COMMIT = Statement(b"COMMIT")


def begin_round_trips(connection: Connection) -> None:
    """Let a new connection send statements by :func:`round_trip`; other code must not prepare any on it."""
    from offline_collect.store.database.pipeline import Pipeline  # noqa: PLC0415 - see above

    connection.info[_PIPELINE] = Pipeline(driver_of(connection))


def pipeline_of(connection: Connection) -> Pipeline | None:
    """Return a connection's pipeline; None unless :func:`begin_round_trips` was called for it."""
    return connection.info.get(_PIPELINE)


def round_trip(
    connection: Connection, statements: Iterable[Statement], done: list[PGresult] | None = None
) -> list[PGresult]:
    """Carry out statements in a transaction, which begins here if it has not begun; return their results.

    Args:
        done: receives the results; after an error, of the statements before it.

    Raises:
        psycopg.Error: a statement failed; PostgreSQL skipped those after it.
    """
    pipeline: Pipeline = connection.info[_PIPELINE]
    return pipeline.round_trip(statements, done)


def failed_before_commit(connection: Connection) -> bool:
    """Whether PostgreSQL has refused a statement of the transaction, and so skipped the COMMIT behind it.

    The transaction is rolled back then: SQLAlchemy takes it for committed.
    """
    if connection.invalidated:
        return False
    driver = driver_of(connection)
    if driver.info.transaction_status.name != "INERROR":
        return False
    driver.rollback()
    return True


def sent_value(value: Any) -> bytes | None:
    """Return a value in PostgreSQL's text format.

    Raises:
        ValueError: it is not Unicode, or has a NUL, behind which PostgreSQL's client would cut it off.
    """
    if value is None:
        return None
    sent = (value.isoformat() if isinstance(value, dt.date) else str(value)).encode()
    if b"\0" in sent:
        raise ValueError("a value with a NUL would be sent")
    return sent
