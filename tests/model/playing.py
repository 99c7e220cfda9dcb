"""How the stateful test is set up for a system: the games to play, and the test case that plays them."""

from collections.abc import Callable
from typing import Any
from unittest import TestCase

from hypothesis import HealthCheck, settings

from tests.model.machine import FrontEnd
from tests.model.terminals import Terminals
from tests.model.world import World


def playing(examples: int, steps: int) -> settings:
    """Return how long to play; which games, the profile in tests/conftest.py says."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def make_machine(
    make_system: Callable[[World], Any], how: settings, game: type[Terminals] = FrontEnd
) -> type[TestCase]:
    """Return the test case that plays a game against the systems that ``make_system`` gives."""

    class Machine(game):  # type: ignore[misc,valid-type]
        pass

    Machine.make_system = staticmethod(make_system)
    case: type[TestCase] = Machine.TestCase
    case.settings = how  # type: ignore[attr-defined]
    return case
