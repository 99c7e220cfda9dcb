"""Imports over the engine and SQLite, played against the model."""

from tests.model.back_office import BackOffice
from tests.model.playing import make_machine, playing
from tests.model.test_engine_sqlite import make_system

TestImportsOverSqlite = make_machine(make_system, playing(examples=8, steps=20), BackOffice)
