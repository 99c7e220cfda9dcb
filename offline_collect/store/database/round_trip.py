"""Statements that PostgreSQL carries out in one round trip, over the driver's interface to libpq.

The driver's cursors send each statement of a pipeline by itself. For a batch of one payment they take longer than
PostgreSQL, which is woken for each. Here one message has them all, and PostgreSQL keeps their plans.

A kept plan is used for as long as the connection lasts, also after its tables have grown from nothing to millions of
rows. So only statements are kept whose plan cannot be wrong for another size: see ``sql.by_key`` and ``list_write``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from select import POLLIN, POLLOUT, poll
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy import Connection, Dialect
from sqlalchemy.dialects.postgresql.base import PGDialect

if TYPE_CHECKING:
    # A server on SQLite does not load the driver: it takes a tenth of the start.
    from psycopg import Connection as Driver
    from psycopg.pq.abc import PGconn, PGresult

NUMBERED: Dialect = PGDialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
"""Compiles statements for :class:`Statement`."""

KEPT = "kept"
"""Execution option of a SELECT whose plan PostgreSQL may keep."""

_KEPT_PLANS = "kept plans"


class Statement(NamedTuple):
    """A statement in PostgreSQL's form, with ``$1`` for its first value.

    Attributes:
        kept: whether PostgreSQL keeps its plan.
    """

    sql: bytes
    values: Sequence[bytes | None] = ()
    kept: bool = False


COMMIT = Statement(b"COMMIT")


class _Kept(NamedTuple):
    """The names of a connection's kept plans, by the texts of their statements."""

    names: dict[bytes, bytes]
    serial: Iterator[int]


def begin_round_trips(connection: Connection) -> None:
    """Let a new connection send statements by :func:`round_trip`; other code must not prepare any on it."""
    connection.info[_KEPT_PLANS] = _Kept({}, count())


def has_round_trips(connection: Connection) -> bool:
    """Whether :func:`begin_round_trips` was called for a connection."""
    return _KEPT_PLANS in connection.info


def round_trip(
    connection: Connection, statements: Iterable[Statement], done: list[PGresult] | None = None
) -> list[PGresult]:
    """Carry out statements in a transaction, which begins here if it has not begun; return their results.

    Args:
        done: receives the results; after an error, of the statements before it.

    Raises:
        psycopg.Error: a statement failed; PostgreSQL skipped those after it.
    """
    results = [] if done is None else done
    driver = _driver(connection)
    kept: _Kept = connection.info[_KEPT_PLANS]
    pgconn = driver.pgconn
    begin = [_begin(driver)] if driver.info.transaction_status.name == "IDLE" else []
    pgconn.enter_pipeline_mode()
    sent = [_send(pgconn, kept, each) for each in (*begin, *statements)]
    pgconn.pipeline_sync()
    _flush(pgconn)
    failure = _receive(pgconn, sent, kept, results)
    pgconn.exit_pipeline_mode()
    del results[: len(begin)]
    if failure is not None:
        raise _error(failure)
    return results


def failed_before_commit(connection: Connection) -> bool:
    """Whether PostgreSQL has refused a statement of the transaction, and so skipped the COMMIT behind it.

    The transaction is rolled back then: SQLAlchemy takes it for committed.
    """
    if connection.invalidated:
        return False
    driver: Any = connection.connection.driver_connection
    if driver.info.transaction_status.name != "INERROR":
        return False
    driver.rollback()
    return True


def rows_of(connection: Connection, result: PGresult) -> list[tuple[Any, ...]]:
    """Return the rows of a result, with the values that the driver's cursor would return."""
    import psycopg  # noqa: PLC0415 - see above

    reader = psycopg.adapt.Transformer(_driver(connection))
    reader.set_pgresult(result)
    return reader.load_rows(0, result.ntuples, tuple)


def sent_value(value: Any) -> bytes | None:
    """Return a value in PostgreSQL's text format."""
    if value is None:
        return None
    return (value.isoformat() if isinstance(value, dt.date) else str(value)).encode()


def _driver(connection: Connection) -> Driver[Any]:
    driver: Any = connection.connection.driver_connection
    return cast("Driver[Any]", driver)


def _begin(driver: Driver[Any]) -> Statement:
    level = driver.isolation_level
    words = "BEGIN" if level is None else f"BEGIN ISOLATION LEVEL {level.name.replace('_', ' ')}"
    return Statement((words + (" READ ONLY" if driver.read_only else "")).encode())


def _send(pgconn: PGconn, kept: _Kept, statement: Statement) -> bytes | None:
    """Send a statement; return its text if its plan is made first, which has a result of its own."""
    if not statement.kept:
        pgconn.send_query_params(statement.sql, statement.values)
        return None
    name = kept.names.get(statement.sql)
    made = None
    if name is None:
        made, name = statement.sql, b"lane_%d" % next(kept.serial)
        pgconn.send_prepare(name, statement.sql)
        kept.names[made] = name
    pgconn.send_query_prepared(name, statement.values)
    return made


def _receive(
    pgconn: PGconn, sent: Iterable[bytes | None], kept: _Kept, results: list[PGresult]
) -> PGresult | None:
    """Receive all results up to the end of the round trip; return the first failure."""
    failure: PGresult | None = None
    for made in sent:
        if made is not None and not _is_done(plan := _next(pgconn)):
            del kept.names[made]
            failure = failure or plan
        result = _next(pgconn)
        if failure is None and not _is_done(result):
            failure = result
        if failure is None:
            results.append(result)
    _next(pgconn, last=True)
    return failure


def _next(pgconn: PGconn, *, last: bool = False) -> PGresult:
    """Return the next statement's result, or the one that ends the round trip."""
    import psycopg  # noqa: PLC0415 - see above

    result = _result(pgconn)
    if result is None:
        raise psycopg.OperationalError("the connection is lost")
    if pgconn.status == psycopg.pq.ConnStatus.BAD:
        raise _error(result)
    if not last:
        _result(pgconn)
    return result


def _result(pgconn: PGconn) -> PGresult | None:
    """Wait for a result without Python's lock, which libpq's own wait would hold."""
    while pgconn.is_busy():
        _wait(pgconn, POLLIN)
        pgconn.consume_input()
    return pgconn.get_result()


def _flush(pgconn: PGconn) -> None:
    """Send what the socket has not taken yet; meanwhile PostgreSQL may wait until its results are read."""
    while pgconn.flush():
        if _wait(pgconn, POLLIN | POLLOUT) != POLLOUT:
            pgconn.consume_input()


def _wait(pgconn: PGconn, events: int) -> int:
    """Wait for the connection's socket; return what it is ready for, or that it has failed.

    ``select`` would refuse a descriptor over 1,023, and a server with many connections has such.
    """
    waiting = poll()
    waiting.register(pgconn.socket, events)
    ((_, ready),) = waiting.poll()
    return ready


def _is_done(result: PGresult) -> bool:
    import psycopg  # noqa: PLC0415 - see above

    return result.status in {psycopg.pq.ExecStatus.TUPLES_OK, psycopg.pq.ExecStatus.COMMAND_OK}


def _error(result: PGresult) -> Exception:
    import psycopg  # noqa: PLC0415 - see above

    return psycopg.errors.error_from_result(result)
