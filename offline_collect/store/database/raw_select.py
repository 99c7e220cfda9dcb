"""Reading rows by the driver's cursor: SQLAlchemy builds the statement, but does not run each execution.

An execution through SQLAlchemy costs about a quarter of a millisecond in Python, for any number of rows; a
lane reads five times a batch. SQLAlchemy's conversions of parameters and results are determined here once for
each statement. Oracle keeps SQLAlchemy's own execution, which handles long texts for its drivers.

A lane's reads that do not need each other's results go to PostgreSQL in one round trip (``round_trip``). PostgreSQL
still executes them one after the other, each with its own snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.sql.compiler import SQLCompiler

from offline_collect.store.database.connection import driver_of
from offline_collect.store.database.list_parameter import wanted
from offline_collect.store.database.round_trip import (
    KEPT,
    NUMBERED,
    Statement,
    pipeline_of,
    sent_value,
)

if TYPE_CHECKING:
    from psycopg.pq.abc import PGresult

    from offline_collect.store.database.pipeline import Pipeline

_BY_CURSOR = frozenset({"sqlite", "postgresql"})
_MANY = 32
"""Rows from which on they are converted sooner by column."""

_Convert = Callable[[Any], Any]


class _Plan(NamedTuple):
    """A statement in its driver's form.

    Attributes:
        order: names of the parameters by position; None if the driver takes names.
        fixed: parameters that are part of the statement.
        given: conversions of parameters, by parameter.
        found: conversions of results, by column.
        text: the statement, encoded.
        kept: see :class:`~offline_collect.store.database.round_trip.Statement`.
    """

    sql: str
    order: tuple[str, ...] | None
    fixed: Mapping[str, Any]
    given: Mapping[str, _Convert]
    found: tuple[tuple[int, _Convert], ...]
    text: bytes
    kept: bool


def read_rows(
    connection: Connection,
    statement: Select[Any],
    parameters: Mapping[str, Any],
) -> Sequence[Sequence[Any]]:
    """Return all rows of a statement."""
    dialect = connection.dialect
    pipeline = None if dialect.name == "sqlite" else pipeline_of(connection)
    if pipeline is not None:
        plan = _sent_plan(statement, dialect)
        (result,) = pipeline.round_trip([_sent(plan, parameters)], None)
        return _converted_all(plan, pipeline.rows(result))
    if dialect.name not in _BY_CURSOR:
        return connection.execute(statement, dict(parameters)).all()
    plan = _plan(statement, dialect)
    found = driver_of(connection).execute(plan.sql, _given(plan, parameters))
    return _converted_all(plan, found.fetchall())


ONE_KEY = "one key"
"""Execution option of a SELECT by a list of keys: the SELECT by one key, with a parameter for each column of it."""

ONE_BY_ONE_MAX = 2
"""For how many keys PostgreSQL is sent a statement each instead of a list, which it would have to take apart."""


class Read(NamedTuple):
    """A statement and what it looks for.

    Attributes:
        columns: of a list of keys.
        keys: the list, without duplicates; those of a statement that locks are in the order of the locks.
    """

    statement: Select[Any]
    columns: tuple[str, ...] = ()
    keys: Sequence[Sequence[Any]] = ()


def read_together(
    connection: Connection,
    reads: Sequence[Read],
    first: Sequence[Statement] = (),
    done: list[PGresult] | None = None,
) -> list[Sequence[Sequence[Any]]]:
    """Return all rows of each of several statements, carried out in this order.

    Args:
        first: statements before them in PostgreSQL's round trip.
        done: see :func:`~offline_collect.store.database.round_trip.round_trip`.
    """
    pipeline = None if connection.dialect.name == "sqlite" else pipeline_of(connection)
    if pipeline is None:
        return [read_rows(connection, read.statement, _listed(read)) for read in reads]
    if not reads and not first:
        return []
    parts = [_parts(read, connection.dialect) for read in reads]
    sent = [statement for each in parts for _, statement in each]
    results = iter(pipeline.round_trip([*first, *sent], done)[len(first) :])
    return [_found(pipeline, each, results) for each in parts]


_Part = tuple[_Plan, Statement]
"""A statement of a read: what is known of it, and what is sent."""


def _parts(read: Read, dialect: Dialect) -> Sequence[_Part]:
    """Return the statements that PostgreSQL is sent for a read."""
    if not read.columns:
        return _without_keys(read.statement, dialect)
    one = read.statement.get_execution_options().get(ONE_KEY)
    if one is None or len(read.keys) > ONE_BY_ONE_MAX:
        plan = _sent_plan(read.statement, dialect)
        return [(plan, _sent(plan, _listed(read)))]
    plan = _sent_plan(one, dialect)
    if plan.order != read.columns or plan.given:
        return [(plan, _sent(plan, dict(zip(read.columns, key, strict=True)))) for key in read.keys]
    # A key's values are the statement's, as they are.
    return [(plan, Statement(plan.text, [*map(sent_value, key)], plan.kept)) for key in read.keys]


@lru_cache(maxsize=256)
def _without_keys(statement: Select[Any], dialect: Dialect) -> Sequence[_Part]:
    """Return the part of a statement that is the same each time."""
    plan = _sent_plan(statement, dialect)
    return [(plan, _sent(plan, {}))]


def _listed(read: Read) -> Mapping[str, Any]:
    return wanted(read.columns, read.keys) if read.columns else {}


def _found(
    pipeline: Pipeline, parts: Sequence[_Part], results: Iterator[PGresult]
) -> Sequence[Sequence[Any]]:
    """Return the rows of a read's statements, whose results are next."""
    found = [_converted_all(plan, pipeline.rows(next(results))) for plan, _ in parts]
    return found[0] if len(found) == 1 else list(chain.from_iterable(found))


def _given(plan: _Plan, parameters: Mapping[str, Any]) -> Any:
    """Return parameters in the driver's form."""
    values = {**plan.fixed, **parameters}
    for name, convert in plan.given.items():
        values[name] = convert(values[name])
    return values if plan.order is None else [values[name] for name in plan.order]


def _sent(plan: _Plan, parameters: Mapping[str, Any]) -> Statement:
    """Return a statement for PostgreSQL's round trip."""
    return Statement(plan.text, [*map(sent_value, _given(plan, parameters))], plan.kept)


def _converted_all(plan: _Plan, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    if not plan.found:
        return rows
    if len(rows) < _MANY:
        return [_converted(row, plan.found) for row in rows]
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for place, convert in plan.found:
        columns[place] = map(convert, columns[place])
    return list(zip(*columns, strict=True))


def _converted(row: Sequence[Any], found: tuple[tuple[int, _Convert], ...]) -> Sequence[Any]:
    values = list(row)
    for place, convert in found:
        values[place] = convert(values[place])
    return values


@lru_cache(maxsize=256)
def _plan(statement: Select[Any], dialect: Dialect) -> _Plan:
    return _plan_of(statement, statement.compile(dialect=dialect), dialect)


@lru_cache(maxsize=256)
def _sent_plan(statement: Select[Any], dialect: Dialect) -> _Plan:
    return _plan_of(statement, statement.compile(dialect=NUMBERED), dialect)


def _plan_of(statement: Select[Any], compiled: SQLCompiler, dialect: Dialect) -> _Plan:
    """Return the plan of a compiled statement; ``dialect`` converts its values."""
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
        sql=str(compiled),
        order=None if order is None else tuple(order),
        fixed=compiled.params,
        given=given,
        found=tuple((place, convert) for place, convert in results if convert is not None),
        text=str(compiled).encode(),
        kept=statement.get_execution_options().get(KEPT, False),
    )
