"""The engine over PostgreSQL, played against the model: fewer games, because each needs its own database."""

from contextlib import ExitStack

import pytest

from tests.model.back_office import BackOffice
from tests.model.machine import FrontEnd
from tests.model.paying_out import PayingOut
from tests.model.playing import make_machine, playing
from tests.model.stored import StoredSystem, make_store
from tests.model.world import World


@pytest.mark.hypothesis
@pytest.mark.parametrize(("game", "examples"), [(FrontEnd, 3), (BackOffice, 2), (PayingOut, 2)])
def test_the_engine_over_postgresql_is_what_the_model_says(postgresql_server, game, examples):
    with postgresql_server.database() as template:
        make_store(postgresql_server.url(template), World())

        def make_system(world: World) -> StoredSystem:
            database = ExitStack()
            name = database.enter_context(postgresql_server.database(template))
            return StoredSystem(world, postgresql_server.url(name), database.close)

        machine = make_machine(make_system, playing(examples, steps=15), game)
        result = machine("runTest").run()
        assert result is not None
        assert result.testsRun == 1
        assert not result.errors + result.failures, (result.errors + result.failures)[0][1]
