"""The game of imports must notice faults: it finds a back office with one fault."""

from dataclasses import replace

import pytest
from hypothesis import Phase, settings

from offline_collect.domain.imports import rows, undo
from offline_collect.store.imports import tidy as releasing
from tests.model.back_office import BackOffice
from tests.model.office import Office
from tests.model.playing import make_machine, playing
from tests.model.test_engine_sqlite import make_system


def hasty(monkeypatch):
    """Puts an import into effect at once, but reports that it waits."""
    take = Office.take

    def take_and_release(office, file, who):
        told = take(office, file, who)
        if told.word == "WAITING":
            office.release(told.number, "nobody")
        return told

    monkeypatch.setattr(Office, "take", take_and_release)


def careless(monkeypatch):
    """Never checks whether a bill is paid before it is changed, withdrawn or restored."""
    for module in (rows, undo):
        monkeypatch.setattr(module, "touched", lambda _: None)


def trusting(monkeypatch):
    """Takes every file as if changes of customers and periods were meant."""
    take = Office.take
    monkeypatch.setattr(
        Office, "take", lambda office, file, who: take(office, replace(file, identity_changes=True), who)
    )


def sloppy(monkeypatch):
    """Does not restore the replaced versions when an import is undone."""
    monkeypatch.setattr(releasing, "marked_originals", lambda *_: {})


@pytest.mark.parametrize("fault", [hasty, careless, sloppy])
def test_a_back_office_with_a_fault_is_found_out(fault, monkeypatch):
    fault(monkeypatch)
    # The example need not be short: the test only checks that it is found.
    once = settings(playing(examples=60, steps=20), phases=[Phase.generate], derandomize=True, database=None)
    case = make_machine(make_system, once, BackOffice)
    with pytest.raises(AssertionError):
        case("runTest").debug()


def test_a_back_office_that_trusts_every_file_is_found_out(monkeypatch):
    trusting(monkeypatch)

    class Game(BackOffice):
        make_system = staticmethod(make_system)

    game = Game()
    try:
        with pytest.raises(AssertionError):
            game.move_a_bill(("SCHOOL01", "S-DUE"), "the sister's", checked=False, meant=False)
    finally:
        game.teardown()
