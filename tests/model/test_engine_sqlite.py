"""The engine over SQLite, played against the model."""

import tempfile
from functools import cache
from pathlib import Path

from tests.model.playing import make_machine, playing
from tests.model.stored import StoredSystem, Template
from tests.model.world import World

_FOLDER = tempfile.TemporaryDirectory(prefix="oc-model-")


@cache
def template() -> Template:
    """The world in SQLite, made once."""
    return Template(Path(_FOLDER.name), World())


def make_system(world: World) -> StoredSystem:
    """Begin a game on a separate store."""
    return StoredSystem(world, template().copy())


TestEngineOverSqlite = make_machine(make_system, playing(examples=10, steps=20))
