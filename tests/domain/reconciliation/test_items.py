"""The life of an item of reconciliation."""

import pytest

from offline_collect.domain.reconciliation.classes import POSSIBLE, DifferenceClass, FollowUp
from offline_collect.domain.reconciliation.items import (
    LIFE,
    ItemEvent,
    ItemRefusal,
    ItemState,
    possible_for,
    refusal,
)


def test_what_was_matched_is_opened_again_and_nothing_else():
    again = {event for event, step in LIFE.items() if step.target is ItemState.OPEN}
    assert again == {ItemEvent.REOPENED}
    others = [step.sources for event, step in LIFE.items() if event not in again]
    assert set(others) == {frozenset({ItemState.OPEN})}


@pytest.mark.parametrize("kind", DifferenceClass)
@pytest.mark.parametrize("follow_up", FollowUp)
def test_an_open_item_is_resolved_as_its_class_allows(kind, follow_up):
    expected = None if follow_up in POSSIBLE[kind] else ItemRefusal.NOT_POSSIBLE
    assert refusal(ItemState.OPEN, kind, follow_up) is expected
    assert refusal(ItemState.RESOLVED, kind, follow_up) is ItemRefusal.NOT_OPEN
    assert refusal(ItemState.REPLACED, kind, follow_up) is ItemRefusal.NOT_OPEN


def test_of_a_reversal_that_could_not_be_applied_a_note_is_kept():
    assert refusal(ItemState.OPEN, None, FollowUp.NOTE) is None
    assert refusal(ItemState.OPEN, None, FollowUp.CONTRA) is ItemRefusal.NOT_POSSIBLE


@pytest.mark.parametrize("kind", [*DifferenceClass, None])
def test_the_possible_follow_ups_are_those_that_are_not_refused(kind):
    allowed = {each for each in FollowUp if refusal(ItemState.OPEN, kind, each) is None}
    assert possible_for(kind) == allowed
