"""A row of a transition table, such as the life of an import or of a key."""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar

from offline_collect.domain.values import value

State = TypeVar("State", bound=StrEnum)


@value
class Transition(Generic[State]):
    """One row of a table; the event is the row's key.

    Attributes:
        sources: the states in which the event may happen.
        who: who or what causes it.
        does: its effect.
    """

    sources: frozenset[State]
    target: State
    who: str
    does: str
