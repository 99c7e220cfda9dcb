"""Writes of rows as one JSON list for each table, to be sent to PostgreSQL in one round trip."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from types import TracebackType
from typing import Any, TypeVar

from sqlalchemy import Insert, Table, Update, any_, func, insert, null, select, update

from offline_collect.store.database.errors import RefusedError
from offline_collect.store.database.list_parameter import listed_rows, wanted_rows
from offline_collect.store.database.round_trip import NUMBERED, Statement
from offline_collect.store.database.types import EMPTY_TEXT

Row = tuple[Any, ...]
Each = TypeVar("Each", bound=Sequence[Any])


class ListWrites:
    """Collects statements that write rows; values are in the order of the columns.

    Attributes:
        statements: for a round trip.
    """

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """See :func:`~offline_collect.store.database.bulk_write.bulk_insert`."""
        if rows:
            self._add(_insert_text(table), column_names(table), rows)

    def update(
        self,
        table: Table,
        changed: tuple[str, ...],
        key: tuple[str, ...],
        rows: Sequence[Row],
        cleared: tuple[str, ...] = (),
    ) -> None:
        """See :func:`~offline_collect.store.database.bulk_write.bulk_update`."""
        if rows:
            self._add(_update_text(table, changed, key, cleared), (*changed, *key), rows)

    def _add(self, sql: bytes, names: tuple[str, ...], rows: Sequence[Row]) -> None:
        refuse_empty(rows)
        try:
            values = [listed_rows(names, rows)]
        except ValueError as error:
            raise RefusedError(f"a value cannot be stored ({type(error).__name__})") from None
        self.statements.append(Statement(sql, values, kept=True))


def refuse_empty(rows: Sequence[Each]) -> Sequence[Each]:
    """Return rows unless one has a text that is ''.

    Raises:
        RefusedError: it has.
    """
    for row in rows:
        if "" in row:
            raise RefusedError(EMPTY_TEXT)
    return rows


class _ToldValues:
    """Translates a driver's error about values that it cannot send; each list of rows is written within it."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, (ValueError, OverflowError)):
            raise RefusedError(f"a value cannot be stored ({type(error).__name__})") from None


told_values = _ToldValues()


@cache
def insert_from_list(table: Table) -> Insert:
    """Return PostgreSQL's INSERT of the rows in one JSON list."""
    names = column_names(table)
    listed = wanted_rows("postgresql", {name: table.c[name].type for name in names})
    return insert(table).from_select(names, select(*(listed.c[name] for name in names)))


@cache
def update_from_list(
    table: Table, changed: tuple[str, ...], key: tuple[str, ...], cleared: tuple[str, ...] = ()
) -> Update:
    """Return PostgreSQL's UPDATE of the rows in one JSON list."""
    listed = wanted_rows("postgresql", {name: table.c[name].type for name in (*changed, *key)})
    return (
        update(table)
        .where(*(table.c[name] == listed.c[name] for name in key))
        .values({name: listed.c[name] for name in changed} | dict.fromkeys(cleared, null()))
    )


@cache
def update_few_from_list(
    table: Table, changed: tuple[str, ...], key: tuple[str, ...], cleared: tuple[str, ...] = ()
) -> Update:
    """Return :func:`update_from_list` with a plan that serves a table of any size, for few rows.

    It reads no row whose first key column is not in the list, even if PostgreSQL reads the table before the list.
    """
    first = wanted_rows("postgresql", {key[0]: table.c[key[0]].type})
    listed = func.array(select(first.c[key[0]]).scalar_subquery())
    return update_from_list(table, changed, key, cleared).where(table.c[key[0]] == any_(listed))


@cache
def _insert_text(table: Table) -> bytes:
    return str(insert_from_list(table).compile(dialect=NUMBERED)).encode()


@cache
def _update_text(
    table: Table, changed: tuple[str, ...], key: tuple[str, ...], cleared: tuple[str, ...]
) -> bytes:
    return str(update_few_from_list(table, changed, key, cleared).compile(dialect=NUMBERED)).encode()


@cache
def column_names(table: Table) -> tuple[str, ...]:
    """Return the columns of a new row; a key that the database assigns is left out."""
    return tuple(column.name for column in table.columns if column.identity is None)
