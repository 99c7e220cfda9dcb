"""The life of a key: its transitions, and the two people who complete a key."""

import datetime as dt
import itertools
from dataclasses import replace

import pytest

from offline_collect.domain.keys.life import (
    LIFE,
    KeyEvent,
    KeyPurpose,
    KeyRefusal,
    KeyStanding,
    KeyState,
    completed,
    refusal,
)
from tests.support.actors import user

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
CAROL, DAVE = user("carol"), user("dave")
ENDED = NOW - dt.timedelta(seconds=1)


def standing(state, retires_at=ENDED, made_by="carol", through=None):
    return KeyStanding(state, made_by, through, retires_at)


@pytest.mark.parametrize(("event", "state"), list(itertools.product(KeyEvent, KeyState)))
def test_an_event_moves_a_key_from_its_states_only(event, state):
    expected = None if state in LIFE[event].sources else KeyRefusal.WRONG_STATE
    assert refusal(event, standing(state), DAVE, NOW) is expected


def test_nothing_moves_a_retired_key():
    assert all(KeyState.RETIRED not in step.sources for step in LIFE.values())


@pytest.mark.parametrize("purpose", KeyPurpose)
def test_who_entered_the_first_component_does_not_enter_the_second(purpose):
    event = completed(purpose)
    entering = standing(KeyState.ENTERING)
    assert refusal(event, entering, CAROL, NOW) is KeyRefusal.SAME_PERSON
    assert refusal(event, entering, replace(DAVE, through="carol"), NOW) is KeyRefusal.SAME_PERSON
    acted = standing(KeyState.ENTERING, through="dave")
    assert refusal(event, acted, DAVE, NOW) is KeyRefusal.SAME_PERSON
    assert refusal(event, entering, DAVE, NOW) is None


def test_a_kek_is_active_at_once_and_a_working_key_when_it_is_used():
    assert LIFE[completed(KeyPurpose.KEK)].target is KeyState.ACTIVE
    assert LIFE[completed(KeyPurpose.MAC)].target is KeyState.ISSUED
    assert LIFE[KeyEvent.USED].target is KeyState.ACTIVE


@pytest.mark.parametrize(
    ("retires_at", "expected"),
    [(None, KeyRefusal.NOT_YET), (NOW + dt.timedelta(seconds=1), KeyRefusal.NOT_YET), (NOW, None)],
)
def test_an_overlap_ends_at_its_time(retires_at, expected):
    retiring = standing(KeyState.RETIRING, retires_at)
    assert refusal(KeyEvent.OVERLAP_ENDED, retiring, DAVE, NOW) is expected
