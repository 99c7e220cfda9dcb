"""The engine over PostgreSQL, played against the model: fewer games, because each needs its own database."""

from contextlib import ExitStack, contextmanager

import pytest

from tests.model.back_office import BackOffice
from tests.model.machine import FrontEnd
from tests.model.paying_out import PayingOut
from tests.model.playing import make_machine, playing
from tests.model.stored import StoredSystem, make_store
from tests.model.test_day_end_sqlite import an_evening
from tests.model.world import World


@contextmanager
def systems(postgresql_server):
    """Yield what makes the system of a game: a database of its own."""
    with postgresql_server.database() as template:
        make_store(postgresql_server.url(template), World())

        def make_system(world: World) -> StoredSystem:
            database = ExitStack()
            name = database.enter_context(postgresql_server.database(template))
            return StoredSystem(world, postgresql_server.url(name), database.close)

        yield make_system


@pytest.mark.hypothesis
@pytest.mark.parametrize(("game", "examples"), [(FrontEnd, 3), (BackOffice, 2), (PayingOut, 2)])
def test_the_engine_over_postgresql_is_what_the_model_says(postgresql_server, game, examples):
    with systems(postgresql_server) as make_system:
        machine = make_machine(make_system, playing(examples, steps=15), game)
        result = machine("runTest").run()
        assert result is not None
        assert result.testsRun == 1
        assert not result.errors + result.failures, (result.errors + result.failures)[0][1]


def test_days_end_over_postgresql_as_the_model_says(postgresql_server):
    """Debits, differences, settlements and payouts of several days, which few games of a bounded number reach."""
    with systems(postgresql_server) as make_system:
        game = type("Game", (PayingOut,), {"make_system": staticmethod(make_system)})()
        try:
            an_evening(game)
            assert len(game.model.settled) > 1
        finally:
            game.teardown()
