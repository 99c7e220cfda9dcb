"""The engine over SQLite, played against the model."""

import shutil
from itertools import count
from pathlib import Path

import pytest

from offline_collect.store import StoreSettings, upgrade
from tests.model.engine_system import EngineSystem
from tests.model.playing import make_machine, playing
from tests.model.world import World


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A database that has its tables, to be copied for each game."""
    path = tmp_path / "template.db"
    upgrade(StoreSettings(f"sqlite:///{path}"))
    return path


def test_the_engine_over_sqlite_answers_as_the_model_does(template):
    numbers = count()

    def system(world: World) -> EngineSystem:
        path = template.with_name(f"{next(numbers)}.db")
        shutil.copy(template, path)
        return EngineSystem(world, f"sqlite:///{path}")

    make_machine(system, playing(examples=25, steps=30))("runTest").debug()
    assert next(numbers) > 0
