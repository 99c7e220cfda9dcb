"""Reads of the rows that have the keys of a list."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    Table,
    and_,
    any_,
    bindparam,
    func,
    select,
    true,
)

from offline_collect.store.database.list_parameter import CODE, Columns, wanted, wanted_rows
from offline_collect.store.database.raw_select import ONE_KEY
from offline_collect.store.database.round_trip import KEPT

_AS_GIVEN = String()
"""A key that no row can have, such as '', is looked for like any other."""


class Lock(Enum):
    """Whether rows are locked, and whether rows that another transaction has locked are left out."""

    NONE = "none"
    WAIT = "wait"
    SKIP = "skip"


def rows_by_key(
    dialect: str,
    table: Table,
    columns: Columns,
    *key: ColumnElement[Any],
    where: ColumnElement[bool] | None = None,
    order: tuple[ColumnElement[Any], ...] = (),
    lock: Lock = Lock.NONE,
) -> Select[Any]:
    """Return the statement that reads a table's rows by a list of keys, locked ones in the order of their keys.

    Args:
        columns: of the list, one for each of ``key``.
        order: of the rows with one key. Its columns and the key's should be an index: of several indexes PostgreSQL
            then takes that one, however few rows it believes the table to have.
    """
    rows = wanted_rows(dialect, columns)
    if dialect == "postgresql":
        return _one_by_one(table, rows, key, where, order, lock)
    if len(key) == 1 and lock is not Lock.NONE:
        found = select(table).where(key[0].in_(select(*rows.c)))
    else:
        # For a pair that is IN a list, SQLite may search its first half alone; a join makes it search both.
        found = select(table).join_from(rows, table, _same(key, rows.c))
    if lock is not Lock.NONE:
        found = found.order_by(*key, *order).with_for_update(of=key[0], skip_locked=lock is Lock.SKIP)
    elif order:
        found = found.order_by(*order)
    return found if where is None else found.where(where)


@cache
def among(dialect: str, code: ColumnElement[str]) -> ColumnElement[bool]:
    """Return whether a code is in the list of the parameter ``wanted``, see :func:`listed`.

    Unlike IN with each value, it is compiled once, however many there are.
    """
    (values,) = wanted_rows(dialect, _LISTED).c
    if dialect == "postgresql":
        # As an array: PostgreSQL might read the whole table to join it with a list of rows.
        return code == any_(func.array(select(values).scalar_subquery()))
    return code.in_(select(values))


def listed(codes: Iterable[str]) -> dict[str, str]:
    """Return the parameter of :func:`among`."""
    return wanted(tuple(_LISTED), ((code,) for code in codes))


_LISTED: Columns = {"code": CODE}


def _one_by_one(
    table: Table,
    rows: FromClause,
    key: tuple[ColumnElement[Any], ...],
    where: ColumnElement[bool] | None,
    order: tuple[ColumnElement[Any], ...],
    lock: Lock,
) -> Select[Any]:
    """Let PostgreSQL look for each key of the list by itself.

    A plain join, or IN, would let it read the table first and look for each of its rows in the list: a plan that it
    makes while the table is small, and may keep. A subquery with an order or a lock is never taken apart.
    """
    if lock is not Lock.NONE:
        rows = select(rows).order_by(*rows.c).subquery("wanted")
    given = [bindparam(column.name, type_=_AS_GIVEN) for column in rows.c]
    single = _of_one(table, key, given, where, order, lock).execution_options(**{KEPT: True})
    found = _of_one(table, key, rows.c, where, order, lock).correlate(rows).lateral(table.name)
    listed = select(found).select_from(rows.join(found, true()))
    return listed.execution_options(**{KEPT: True, ONE_KEY: single})


def _of_one(
    table: Table,
    key: tuple[ColumnElement[Any], ...],
    values: Iterable[ColumnElement[Any]],
    where: ColumnElement[bool] | None,
    order: tuple[ColumnElement[Any], ...],
    lock: Lock,
) -> Select[Any]:
    """Return the statement that reads the rows of one key."""
    one: Select[Any] = select(table).where(_same(key, values)).order_by(*key, *order)
    if where is not None:
        one = one.where(where)
    return one if lock is Lock.NONE else one.with_for_update(skip_locked=lock is Lock.SKIP)


def _same(key: tuple[ColumnElement[Any], ...], values: Iterable[ColumnElement[Any]]) -> ColumnElement[bool]:
    return and_(*(mine == asked for mine, asked in zip(key, values, strict=True)))
