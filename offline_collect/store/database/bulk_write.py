"""Writes many rows at once, in the fastest way for each database.

SQLite's executemany is fastest at every size. PostgreSQL inserts rows fastest by COPY, for one row or a
thousand (milliseconds for 1, 4, 16 and 64 payments by INSERT: 0.6, 1.2, 2.7, 12; by COPY: 0.4, 0.5, 0.8,
2.5), in the binary format (milliseconds for 256 rows of 12 columns: 1.0; in the text format 2.2, from a
JSON list 2.7). But each COPY costs two round trips, so few rows of several tables are faster
as JSON lists in one round trip (``list_write``). It updates them fastest by one UPDATE from a JSON list. Python's Oracle drivers send
executemany as one array.

SQLAlchemy would process every value of every row in Python. This module sends its compiled statements, but
passes rows to SQLite's and PostgreSQL's drivers as tuples. Only dates and moments in them are converted to
the database's format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from functools import cache, lru_cache, partial
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Table, Update, bindparam, insert, null, update

from offline_collect.store.database.connection import driver_of
from offline_collect.store.database.list_parameter import wanted
from offline_collect.store.database.list_write import (
    Row,
    column_names,
    refuse_empty,
    told_values,
    update_from_list,
)
from offline_collect.store.database.types import Day, Instant

_COPY_TYPES = {
    "BIGINT": "int8",
    "INTEGER": "int4",
    "SMALLINT": "int2",
    "DATE": "date",
    "TEXT": "text",
    "TIMESTAMP": "timestamptz",
    "VARCHAR": "varchar",
}
"""PostgreSQL's own names of the column types, by SQLAlchemy's names."""

_Write = Callable[[Any], Any]
_Writers = tuple[tuple[int, _Write], ...]


class _Plan(NamedTuple):
    """A statement that writes rows.

    Attributes:
        writers: the functions that convert column values to the database's format.
    """

    sql: str
    writers: _Writers


class BulkWrites(NamedTuple):
    """Writes rows at once; see :class:`~offline_collect.store.database.list_write.ListWrites`."""

    connection: Connection

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """See :func:`bulk_insert`."""
        bulk_insert(self.connection, table, rows)

    def update(
        self,
        table: Table,
        changed: tuple[str, ...],
        key: tuple[str, ...],
        rows: Sequence[Row],
        cleared: tuple[str, ...] = (),
    ) -> None:
        """See :func:`bulk_update`."""
        bulk_update(self.connection, table, changed, key, rows, cleared)


def bulk_insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, with values in the order of the table's columns.

    A key that the database assigns (``bills.bill_id``) is left out.

    Raises:
        RefusedError: a value cannot be stored: a text is '', a number is too large.
    """
    if rows:
        refuse_empty(rows)
        with told_values:
            _insert(connection, table, rows)


def bulk_insert_columns(connection: Connection, table: Table, columns: Sequence[Sequence[Any]]) -> None:
    """Insert rows that are given by their columns, all of the same length and in the table's order.

    Raises:
        RefusedError: as :func:`bulk_insert`.
    """
    if connection.dialect.name != "sqlite":
        bulk_insert(connection, table, list(zip(*columns, strict=True)))
        return
    plan = _insert_plan(table, connection.dialect)
    refuse_empty(columns)
    with told_values, closing(_cursor(connection)) as cursor:
        cursor.executemany(plan.sql, zip(*_converted(columns, plan.writers), strict=True))


def bulk_insert_stream(connection: Connection, table: Table, parts: Iterable[Sequence[Row]]) -> None:
    """Insert the rows of several parts as they come: PostgreSQL writes some while others are made.

    Raises:
        RefusedError: a value cannot be stored: a text is '', a number is too large.
    """
    if connection.dialect.name == "postgresql":
        with told_values:
            _copy(connection, table, chain.from_iterable(map(refuse_empty, parts)))
        return
    for rows in parts:
        bulk_insert(connection, table, rows)


def _insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    dialect = connection.dialect.name
    if dialect == "sqlite":
        _execute_many(connection, _insert_plan(table, connection.dialect), rows)
    elif dialect == "postgresql":
        _copy(connection, table, rows)
    else:
        names = column_names(table)
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])


def bulk_update(
    connection: Connection,
    table: Table,
    changed: tuple[str, ...],
    key: tuple[str, ...],
    rows: Sequence[Row],
    cleared: tuple[str, ...] = (),
) -> None:
    """Update the columns ``changed`` of the rows that ``key`` identifies.

    Args:
        rows: values of ``changed``, then of ``key``.
        cleared: columns that are set to NULL.

    Raises:
        RefusedError: a value cannot be stored: a text is '', a number is too large.
    """
    if rows:
        refuse_empty(rows)
        with told_values:
            _update(connection, table, changed, key, rows, cleared)


def _update(
    connection: Connection,
    table: Table,
    changed: tuple[str, ...],
    key: tuple[str, ...],
    rows: Sequence[Row],
    cleared: tuple[str, ...],
) -> None:
    dialect = connection.dialect.name
    if dialect == "sqlite":
        _execute_many(connection, _update_plan(table, changed, key, cleared, connection.dialect), rows)
    elif dialect == "postgresql":
        sql, fixed = _list_plan(table, changed, key, cleared, connection.dialect)
        with closing(_cursor(connection)) as cursor:
            cursor.execute(sql, {**fixed, **wanted((*changed, *key), rows)})
    else:
        names = [_bound(name) for name in (*changed, *key)]
        statement = update_each(table, changed, key, cleared)
        connection.execute(statement, [dict(zip(names, row, strict=True)) for row in rows])


@cache
def update_each(
    table: Table, changed: tuple[str, ...], key: tuple[str, ...], cleared: tuple[str, ...] = ()
) -> Update:
    """Return the UPDATE of one row, with its values as parameters."""
    return (
        update(table)
        .where(*(table.c[name] == bindparam(_bound(name)) for name in key))
        .values({name: bindparam(_bound(name)) for name in changed} | dict.fromkeys(cleared, null()))
    )


@lru_cache(maxsize=256)
def _list_plan(
    table: Table, changed: tuple[str, ...], key: tuple[str, ...], cleared: tuple[str, ...], dialect: Dialect
) -> tuple[str, Mapping[str, Any]]:
    """Return the text of PostgreSQL's UPDATE and its fixed parameters."""
    compiled = update_from_list(table, changed, key, cleared).compile(dialect=dialect)
    return str(compiled), compiled.params


def _bound(name: str) -> str:
    """Return a parameter's name; SQLAlchemy keeps the columns' own names for itself."""
    return f"new_{name}"


@lru_cache(maxsize=256)
def _insert_plan(table: Table, dialect: Dialect) -> _Plan:
    names = column_names(table)
    return _Plan(
        str(insert(table).compile(dialect=dialect, column_keys=list(names))),
        _writers(table, names, dialect),
    )


@lru_cache(maxsize=256)
def _update_plan(
    table: Table,
    changed: tuple[str, ...],
    key: tuple[str, ...],
    cleared: tuple[str, ...],
    dialect: Dialect,
) -> _Plan:
    sql = str(update_each(table, changed, key, cleared).compile(dialect=dialect))
    return _Plan(sql, _writers(table, (*changed, *key), dialect))


def _writers(table: Table, names: Sequence[str], dialect: Dialect) -> _Writers:
    """Return the conversions by column; texts and numbers need none."""
    found: list[tuple[int, _Write]] = []
    for place, name in enumerate(names):
        type_ = table.c[name].type
        if isinstance(type_, Instant):
            found.append((place, _moment_writer(dialect)))
        elif isinstance(type_, Day):
            write = type_.dialect_impl(dialect).bind_processor(dialect)
            if write is not None:
                # Many rows of a batch have the same dates.
                found.append((place, lru_cache(maxsize=4096)(write)))
    return tuple(found)


@cache
def _moment_writer(dialect: Dialect) -> _Write:
    """Return the function that converts moments; a command's moment goes into rows of several tables."""
    return lru_cache(maxsize=4096)(partial(Instant().process_bind_param, dialect=dialect))


def _written(rows: Sequence[Row], writers: _Writers) -> Iterable[Sequence[Any]]:
    """Return rows in the database's format: converted by column, which takes a quarter of the time."""
    if not writers:
        return rows
    return zip(*_converted(list(zip(*rows, strict=True)), writers), strict=True)


def _converted(columns: Sequence[Sequence[Any]], writers: _Writers) -> list[Iterable[Any]]:
    converted: list[Iterable[Any]] = list(columns)
    for place, write in writers:
        converted[place] = map(write, columns[place])
    return converted


def _execute_many(connection: Connection, plan: _Plan, rows: Sequence[Row]) -> None:
    driver_of(connection).executemany(plan.sql, _written(rows, plan.writers))


def _copy(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    with closing(_cursor(connection)) as cursor, cursor.copy(copy_words(table)) as copy:
        copy.set_types(copy_types(table, connection.dialect))
        for row in rows:
            copy.write_row(row)


@cache
def copy_words(table: Table) -> str:
    """Return PostgreSQL's COPY into a table; the names of this package need no quotes, unlike key words."""
    return f"COPY {table.name} ({', '.join(column_names(table))}) FROM STDIN (FORMAT BINARY)"


@lru_cache(maxsize=64)
def copy_types(table: Table, dialect: Dialect) -> tuple[str, ...]:
    """Return each column's type for the driver: the binary format needs exact types."""
    kinds = (table.c[name].type.dialect_impl(dialect) for name in column_names(table))
    return tuple(_COPY_TYPES[kind.compile(dialect).partition("(")[0].partition(" ")[0]] for kind in kinds)


def _cursor(connection: Connection) -> Any:
    return connection.connection.cursor()
