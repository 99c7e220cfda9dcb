"""Reading rows by the driver's cursor: SQLAlchemy makes the statement, but not each execution of it.

An execution through SQLAlchemy costs about a quarter of a millisecond in Python, whatever it finds; a lane
reads five times a batch. What SQLAlchemy would do to parameters and results is worked out here once a
statement. Oracle keeps SQLAlchemy's own execution, which knows its drivers' ways with long texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Select

_BY_CURSOR = frozenset({"sqlite", "postgresql"})
_Convert = Callable[[Any], Any]


class _Plan(NamedTuple):
    """A statement as its driver takes it.

    Attributes:
        order: names of the parameters by place; None where the driver takes names.
        fixed: parameters that are part of the statement.
        given: what is done to which parameter on its way in.
        found: what is done to which column on its way out.
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
    """Return all rows that a statement finds."""
    if connection.dialect.name not in _BY_CURSOR:
        return connection.execute(statement, dict(parameters)).all()
    plan = _plan(statement, connection.dialect)
    values = {**plan.fixed, **parameters}
    for name, convert in plan.given.items():
        values[name] = convert(values[name])
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(plan.sql, values if plan.order is None else [values[name] for name in plan.order])
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
