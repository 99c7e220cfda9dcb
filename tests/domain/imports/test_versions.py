"""Which version of a bill or customer is in effect, and what tidying and undoing do to each."""

from dataclasses import replace

import pytest

from offline_collect.domain.imports.life import IN_FORCE, ImportState
from offline_collect.domain.imports.rows import Standing
from offline_collect.domain.imports.versions import (
    Version,
    discarded,
    in_effect,
    marked_to_undo,
    overtaken,
    tidied,
)

OWN, OTHER = 1, 2
ORIGINAL = Version(row_id=10, import_id=None, standing=None, supersedes=None, superseded_by=OWN)
CHANGED = Version(row_id=11, import_id=OWN, standing=Standing.STAGED, supersedes=10, superseded_by=None)
NEW = replace(CHANGED, supersedes=None)
FREED = replace(ORIGINAL, superseded_by=None)
"""The original after it was paid, marked or changed by hand."""
BY_OTHER = Version(row_id=12, import_id=OTHER, standing=Standing.STAGED, supersedes=11, superseded_by=None)


def by_id(*versions):
    return {version.row_id: version for version in versions}


BOTH = by_id(ORIGINAL, CHANGED)
OVERTAKEN = by_id(FREED, CHANGED)


@pytest.mark.parametrize("state", ImportState)
def test_the_state_of_an_import_puts_both_versions_into_their_places(state):
    states = {OWN: state}
    assert in_effect(CHANGED, BOTH, states) is (state in IN_FORCE)
    assert in_effect(ORIGINAL, BOTH, states) is (state not in IN_FORCE)
    assert in_effect(NEW, by_id(NEW), states) is (state in IN_FORCE)


def test_a_former_version_is_never_in_effect():
    former = replace(ORIGINAL, standing=Standing.FORMER)
    assert not in_effect(former, by_id(former), {OWN: ImportState.UNDONE})
    assert not in_effect(replace(former, superseded_by=None), {}, {})


def test_what_was_paid_marked_or_changed_by_hand_stays_in_effect_and_the_staged_version_does_not_come():
    states = {OWN: ImportState.RELEASED}
    assert in_effect(FREED, OVERTAKEN, states)
    assert not in_effect(CHANGED, OVERTAKEN, states)


def test_a_version_is_overtaken_when_its_original_names_another_import_none_or_is_gone():
    assert not overtaken(NEW, {})
    assert not overtaken(CHANGED, BOTH)
    assert overtaken(CHANGED, OVERTAKEN)
    assert overtaken(CHANGED, by_id(replace(ORIGINAL, superseded_by=OTHER), CHANGED))
    assert overtaken(CHANGED, by_id(CHANGED))


def test_a_release_is_tidied():
    assert tidied(ORIGINAL, BOTH, OWN) == replace(ORIGINAL, standing=Standing.FORMER)
    assert tidied(CHANGED, BOTH, OWN) == replace(CHANGED, standing=None)
    assert tidied(NEW, by_id(NEW), OWN) == replace(NEW, standing=None)
    assert tidied(CHANGED, OVERTAKEN, OWN) is None
    assert tidied(FREED, OVERTAKEN, OWN) == FREED


@pytest.mark.parametrize("import_id", [None, OTHER])
def test_tidying_leaves_what_is_of_nobody_or_of_another_import(import_id):
    other = replace(CHANGED, import_id=import_id)
    versions = by_id(ORIGINAL, other)
    for version in versions.values():
        assert tidied(version, versions, OWN) == version
        assert discarded(version, versions, OWN, paid_once=True) == version
        assert marked_to_undo(version, versions, OWN) == version


def test_what_does_not_take_effect_is_removed_unless_a_payment_or_another_version_names_it():
    former = replace(CHANGED, standing=Standing.FORMER)
    assert discarded(CHANGED, BOTH, OWN, paid_once=False) is None
    assert discarded(CHANGED, BOTH, OWN, paid_once=True) == former
    assert discarded(CHANGED, by_id(CHANGED, BY_OTHER), OWN, paid_once=False) == former
    assert discarded(ORIGINAL, BOTH, OWN, paid_once=False) == FREED
    assert discarded(former, by_id(former), OWN, paid_once=True) == former


def test_an_import_that_is_being_undone_decides_about_its_rows_again():
    replaced = replace(ORIGINAL, standing=Standing.FORMER)
    certain = replace(CHANGED, standing=None)
    versions = by_id(replaced, certain)
    assert marked_to_undo(replaced, versions, OWN) == ORIGINAL
    assert marked_to_undo(certain, versions, OWN) == CHANGED
    assert marked_to_undo(FREED, by_id(FREED, certain), OWN) == FREED
