"""Reading rows by the driver's cursor: SQLAlchemy builds the statement, but does not run each execution.

An execution through SQLAlchemy costs about a quarter of a millisecond in Python, for any number of rows; a
lane reads five times a batch. SQLAlchemy's conversions of parameters and results are determined here once for
each statement. Oracle keeps SQLAlchemy's own execution, which handles long texts for its drivers.

Reads that do not need each other's results go to PostgreSQL in one pipeline: one round trip instead of one
each. PostgreSQL still executes them one after the other, each with its own snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Select

_BY_CURSOR = frozenset({"sqlite", "postgresql"})
_PIPELINED_MIN = 2
_Convert = Callable[[Any], Any]


class _Plan(NamedTuple):
    """A statement in its driver's form.

    Attributes:
        order: names of the parameters by position; None if the driver takes names.
        fixed: parameters that are part of the statement.
        given: conversions of parameters, by parameter.
        found: conversions of results, by column.
    """

    sql: str
    order: tuple[str, ...] | None
    fixed: Mapping[str, Any]
    given: Mapping[str, _Convert]
    found: tuple[tuple[int, _Convert], ...]


def read_rows(
    connection: Connection,
    statement: Select[Any],
    parameters: Mapping[str, Any],
) -> Sequence[Sequence[Any]]:
    """Return all rows of a statement."""
    if connection.dialect.name not in _BY_CURSOR:
        return connection.execute(statement, dict(parameters)).all()
    plan = _plan(statement, connection.dialect)
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(plan.sql, _given(plan, parameters))
        return _found(plan, cursor)


Read = tuple[Select[Any], Mapping[str, Any]]
"""A statement and its parameters."""


def read_together(
    connection: Connection, reads: Sequence[Read], first: Callable[[], Any] | None = None
) -> list[Sequence[Sequence[Any]]]:
    """Return all rows of each of several statements, executed in this order.

    Args:
        first: sends another statement before them in PostgreSQL's pipeline.
    """
    if connection.dialect.name != "postgresql" or (len(reads) < _PIPELINED_MIN and first is None):
        return [read_rows(connection, *read) for read in reads]
    plans = [_plan(statement, connection.dialect) for statement, _ in reads]
    driver = connection.connection
    with ExitStack() as stack:
        cursors = [stack.enter_context(closing(driver.cursor())) for _ in plans]
        with pipeline(connection):
            if first is not None:
                first()
            for plan, cursor, (_, parameters) in zip(plans, cursors, reads, strict=True):
                cursor.execute(plan.sql, _given(plan, parameters))
        return [_found(plan, cursor) for plan, cursor in zip(plans, cursors, strict=True)]


def pipeline(connection: Connection) -> AbstractContextManager[Any]:
    """Return psycopg's pipeline mode: statements are sent without waiting for the results of those before.

    The first error is raised at the latest when it ends; the server skips all statements after it.
    """
    driver: Any = connection.connection.driver_connection
    mode: AbstractContextManager[Any] = driver.pipeline()
    return mode


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


def _given(plan: _Plan, parameters: Mapping[str, Any]) -> Any:
    """Return parameters in the driver's form."""
    values = {**plan.fixed, **parameters}
    for name, convert in plan.given.items():
        values[name] = convert(values[name])
    return values if plan.order is None else [values[name] for name in plan.order]


def _found(plan: _Plan, cursor: Any) -> Sequence[Sequence[Any]]:
    rows: Sequence[Sequence[Any]] = cursor.fetchall()
    return [_converted(row, plan.found) for row in rows] if plan.found else rows


def _converted(row: Sequence[Any], found: tuple[tuple[int, _Convert], ...]) -> Sequence[Any]:
    values = list(row)
    for place, convert in found:
        values[place] = convert(values[place])
    return values


@lru_cache(maxsize=256)
def _plan(statement: Select[Any], dialect: Dialect) -> _Plan:
    compiled = statement.compile(dialect=dialect)
    given = {
        name: convert
        for parameter, name in compiled.bind_names.items()
        if (convert := parameter.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    results = [
        (place, column.type.dialect_impl(dialect).result_processor(dialect, None))
        for place, column in enumerate(statement.selected_columns)
    ]
    order = compiled.positiontup
    return _Plan(
        str(compiled),
        None if order is None else tuple(order),
        compiled.params,
        given,
        tuple((place, convert) for place, convert in results if convert is not None),
    )
