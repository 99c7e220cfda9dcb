"""How far a page of a search may read: the place of the last row that it reads, found in an index alone.

A search by what no index has reads rows in their order until its page is full. When hardly any row matches, that is the
whole list. So a page ends at a place, and the next one begins there, whether it has rows or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select

from offline_collect.store.sql.transaction import StoreTransaction

AFTER_ALL = "\U0010ffff"
"""Sorts after every text that goes on, where texts are ordered by bytes."""


def last_to_read(
    tx: StoreTransaction, place: Sequence[ColumnElement[Any]], among: Sequence[ColumnElement[bool]], most: int
) -> tuple[Any, ...] | None:
    """Return the place of the last row that a page may read; None if there are no more rows than that.

    Args:
        place: the columns by which the list is ordered, those of one index.
        among: conditions on columns of that index alone, with the place that the page comes after.
        most: rows that may be read.
    """
    asked = select(*place).where(*among).order_by(*place).offset(most - 1).limit(2)
    found = tx.connection.execute(asked).all()
    return tuple(found[0]) if len(found) > 1 else None


def unindexed(column: ColumnElement[str]) -> ColumnElement[str]:
    """Return a column's text as an expression that is in no index: SQLite plans without knowing how many rows match."""
    return func.coalesce(column, column)


def begins(column: ColumnElement[str], start: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return whether an identifier begins so: a range of its index, which is ordered by bytes."""
    return column >= start, column < start + AFTER_ALL
