"""Values: dataclasses that the type checker keeps from being changed, at the price of ones that could be.

A frozen dataclass of twenty fields costs seven times as much to make as one that is not, because each field
goes through ``object.__setattr__``; a payment makes some ten values on its way. So what is made for each
message is frozen for mypy only, which checks the whole tree in strict mode.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def value(cls: type[T]) -> type[T]:
    """Make a class of annotated fields a value: slots, equality and hash by its fields.

    Values travel between processes; pickled by place they are half as long and take half the time.
    """
    made = dataclass(slots=True, unsafe_hash=True)(cls)
    names = [field.name for field in fields(made)]  # type: ignore[arg-type] # what dataclass has made
    parts = attrgetter(*names)

    def by_place(self: T) -> tuple[type[T], tuple[Any, ...]]:
        return made, parts(self) if len(names) > 1 else (parts(self),)

    made.__reduce__ = by_place  # type: ignore[assignment, method-assign]
    return made
