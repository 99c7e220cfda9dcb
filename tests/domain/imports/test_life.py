"""The life of an import: each state and event, and who is refused."""

import pytest

from offline_collect.domain.imports.life import (
    IN_FORCE,
    LIFE,
    WAITS,
    ImportEvent,
    ImportRefusal,
    ImportStanding,
    ImportState,
    refusal,
)

WRONG = ImportRefusal.WRONG_STATE
STARTS = {
    ImportEvent.STAGED: {"STAGING"},
    ImportEvent.GIVEN_UP: {"STAGING"},
    ImportEvent.REJECTED: {"STAGING", "WAITING"},
    ImportEvent.RELEASED: {"WAITING"},
    ImportEvent.UNDO_BEGUN: {"RELEASED", "UNDOING"},
    ImportEvent.UNDO_ENDED: {"UNDOING"},
    ImportEvent.UNDONE: {"UNDOING"},
}


def standing(state, *, rows_done=True, changes=3):
    return ImportStanding(ImportState(state), "clerk", rows_done, changes)


@pytest.mark.parametrize("event", ImportEvent)
@pytest.mark.parametrize("state", ImportState)
def test_an_event_starts_from_its_own_states_only(event, state):
    expected = None if state in STARTS[event] else WRONG
    assert refusal(event, standing(state), "boss") is expected


def test_every_state_is_reached_and_two_are_the_end():
    reached = {ImportState.STAGING}
    for _ in ImportState:
        reached |= {step.target for step in LIFE.values() if step.sources & reached}
    assert reached == set(ImportState)
    left = set().union(*(step.sources for step in LIFE.values()))
    assert set(ImportState) - left == {ImportState.REJECTED, ImportState.UNDONE}


def test_rows_take_effect_by_a_release_alone_and_lose_it_by_the_end_of_an_undo_alone():
    moves = [(event, source, step.target) for event, step in LIFE.items() for source in step.sources]
    into = {event for event, source, target in moves if source not in IN_FORCE and target in IN_FORCE}
    out = {event for event, source, target in moves if source in IN_FORCE and target not in IN_FORCE}
    assert into == {ImportEvent.RELEASED}
    assert out == {ImportEvent.UNDONE}
    assert WAITS.isdisjoint(IN_FORCE)


def test_nobody_releases_what_he_has_imported_but_may_reject_it():
    assert refusal(ImportEvent.RELEASED, standing("WAITING"), "clerk") is ImportRefusal.OWN_IMPORT
    assert refusal(ImportEvent.RELEASED, standing("WAITING"), "boss") is None
    assert refusal(ImportEvent.REJECTED, standing("WAITING"), "clerk") is None
    assert refusal(ImportEvent.RELEASED, standing("STAGING"), "clerk") is WRONG, "its state comes first"


@pytest.mark.parametrize(
    ("state", "rows_done", "changes", "expected"),
    [
        ("RELEASED", True, 1, None),
        ("RELEASED", False, 1, ImportRefusal.STILL_TAKING_EFFECT),
        ("RELEASED", True, 0, ImportRefusal.NOTHING_TO_UNDO),
        ("RELEASED", False, 0, ImportRefusal.STILL_TAKING_EFFECT),
        ("UNDOING", False, 1, None),
        ("UNDOING", False, 0, ImportRefusal.NOTHING_TO_UNDO),
    ],
)
def test_an_undo_begins_when_everything_is_in_place_and_there_is_something(
    state, rows_done, changes, expected
):
    found = refusal(ImportEvent.UNDO_BEGUN, standing(state, rows_done=rows_done, changes=changes), "boss")
    assert found is expected


def test_an_undo_is_complete_when_each_row_was_looked_at():
    early = standing("UNDOING", rows_done=False)
    assert refusal(ImportEvent.UNDONE, early, "boss") is ImportRefusal.NOT_ALL_LOOKED_AT
    assert refusal(ImportEvent.UNDO_ENDED, early, "boss") is None
