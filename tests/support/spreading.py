"""The order in which tests are dealt: those that wait for programs stand among those that compute."""

from collections.abc import Callable, Sequence
from itertools import groupby

import pytest

_WAITING = ("tests/e2e/", "tests/contention/", "tests/docs/test_clerk", "tests/docs/test_operating_commands")
"""Whose tests wait most of the time: for programs that start, are killed, or wait for a disk."""

_LAST_PART = 0.25
"""The part of the others that comes after all that wait: a long one begun last would have the processors idle."""


def waits(item: pytest.Item) -> bool:
    """Whether a test waits most of the time."""
    return item.nodeid.startswith(_WAITING)


def spread(items: Sequence[pytest.Item], waiting: Callable[[pytest.Item], bool]) -> list[pytest.Item]:
    """Return tests with those that wait at even distances, module by module; all keep their order otherwise.

    In the order of folders all processes would wait at the same time, and the processors idle.
    """
    others = [item for item in items if not waiting(item)]
    modules = [
        list(group)
        for _, group in groupby(
            (item for item in items if waiting(item)), lambda item: item.nodeid.split("::")[0]
        )
    ]
    if not modules or not others:
        return list(items)
    distance = len(others) * (1 - _LAST_PART) / len(modules)
    found: list[pytest.Item] = []
    for number, module in enumerate(modules):
        found += module
        found += others[round(number * distance) : round((number + 1) * distance)]
    return found + others[round(len(modules) * distance) :]
