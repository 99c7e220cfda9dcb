"""Rows read by the names of their columns: each field of a value is the column of the same name.

The position of each column is found once, when a module is imported; a field without a column makes that import
fail. At run time a row is read by position, which is as fast as a hand-written list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from operator import itemgetter
from typing import Any, TypeVar

T = TypeVar("T")
Row = tuple[Any, ...]
Convert = Callable[[Any], Any]


def row_reader(
    cls: type[T], columns: Iterable[str], converts: Mapping[str, Convert]
) -> Callable[[Sequence[Any]], T]:
    """Return the function that turns a row into a value.

    Args:
        cls: a dataclass; each of its fields is a column. Columns without a field are left out.
        columns: the row's columns in their order.
        converts: functions that turn column values into fields, if the two differ.
    """
    names = [each.name for each in fields(cls)]  # type: ignore[arg-type] # a dataclass
    taken = picker(columns, names)
    converting = tuple((names.index(name), convert) for name, convert in converts.items())

    def read(row: Sequence[Any]) -> T:
        values = list(taken(row))
        for place, convert in converting:
            values[place] = convert(values[place])
        return cls(*values)

    return read


def picker(columns: Iterable[str], names: Iterable[str]) -> Callable[[Sequence[Any]], Row]:
    """Return the function that picks several columns from a row, in the order of ``names``.

    Args:
        columns: the row's columns in their order.
    """
    places = {name: place for place, name in enumerate(columns)}
    return itemgetter(*(places[name] for name in names))
