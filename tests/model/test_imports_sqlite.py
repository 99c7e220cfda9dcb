"""Imports over the engine and SQLite, played against the model."""

from tests.model.back_office import BackOffice
from tests.model.playing import make_machine, playing
from tests.model.test_engine_sqlite import make_system

TestImportsOverSqlite = make_machine(make_system, playing(examples=8, steps=20), BackOffice)


def test_what_a_killed_release_has_changed_is_not_undone_under_it():
    """A game that once failed: the value before both imports was in effect again, despite the later import."""

    class Game(BackOffice):
        make_system = staticmethod(make_system)

    game = Game()
    try:
        game.import_bills(("SCHOOL01", {"S-NEW1": "as it is"}), "clerk", "whole", checked=False)
        game.import_bills(("SCHOOL01", {"S-NEW1": "dearer"}), "clerk", "whole", checked=False)
        game.import_bills(("SCHOOL01", {"S-NEW1": "dearer"}), "clerk", "whole", checked=True)
        first, earlier, later = game.model.imports
        game.release((0, False), "checker", dies="at once")
        game.undo((1, False), "checker", dies=False)
        game.undo((2, False), "checker", dies=True)
        game.undo((1, False), "checker", dies=False)
        game.undo((0, False), "checker", dies=False)
        states = {number: each.state for number, each in game.model.imports.items()}
        assert states == {first: "UNDONE", earlier: "UNDONE", later: "UNDONE"}
        game.the_store_is_whole()
    finally:
        game.teardown()
