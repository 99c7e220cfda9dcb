"""The life of a console session: which events may happen when, and when its user must prove again who he is."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.access.sessions import (
    LIFE,
    LIVING,
    SessionEvent,
    SessionStanding,
    SessionState,
    SessionTimes,
)

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
TIMES = SessionTimes()
SECOND = dt.timedelta(seconds=1)


def standing(state=SessionState.OPEN, began=dt.timedelta(), seen=dt.timedelta(), confirmed=dt.timedelta()):
    """A session by how long ago things happened."""
    return SessionStanding(state, NOW - began, NOW - seen, NOW - confirmed)


@pytest.mark.parametrize(
    ("began", "seen", "state"),
    [
        (TIMES.absolute - SECOND, TIMES.idle - SECOND, SessionState.OPEN),
        (TIMES.idle, TIMES.idle, SessionState.EXPIRED),
        (TIMES.absolute, SECOND, SessionState.EXPIRED),
    ],
)
def test_a_session_ends_by_the_clock(began, seen, state):
    assert standing(began=began, seen=seen).state_at(TIMES, NOW) is state


@pytest.mark.parametrize("state", [SessionState.ENDED, SessionState.EXPIRED])
def test_what_is_over_stays_over(state):
    over = standing(state, began=TIMES.absolute, seen=TIMES.idle)
    assert over.state_at(TIMES, NOW) is state
    assert not any(over.allows(event, TIMES, NOW) for event in SessionEvent)


@pytest.mark.parametrize("state", sorted(LIVING))
def test_a_living_session_may_only_expire_once_its_time_is_over(state):
    late = standing(state, began=TIMES.absolute)
    assert [event for event in SessionEvent if late.allows(event, TIMES, NOW)] == [SessionEvent.EXPIRED]
    assert not standing(state).allows(SessionEvent.EXPIRED, TIMES, NOW)


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        (
            SessionState.OPEN,
            {SessionEvent.USED, SessionEvent.CONFIRMED, SessionEvent.SIGNED_OUT, SessionEvent.ENDED},
        ),
        (SessionState.PREPARING, {SessionEvent.PREPARED, SessionEvent.SIGNED_OUT, SessionEvent.ENDED}),
    ],
)
def test_what_may_happen_to_a_living_session(state, allowed):
    assert {event for event in SessionEvent if standing(state).allows(event, TIMES, NOW)} == allowed


@pytest.mark.parametrize(
    ("state", "confirmed", "right"),
    [
        (SessionState.OPEN, TIMES.confirmed - SECOND, True),
        (SessionState.OPEN, TIMES.confirmed, False),
        (SessionState.PREPARING, dt.timedelta(), False),
        (SessionState.ENDED, dt.timedelta(), False),
    ],
)
def test_money_moves_only_soon_after_the_password(state, confirmed, right):
    assert standing(state, confirmed=confirmed).is_confirmed(TIMES, NOW) is right


def test_no_event_brings_a_session_back():
    over = set(SessionState) - LIVING
    assert not any(step.sources & over for step in LIFE.values())


@given(st.sampled_from(SessionEvent), st.sampled_from(SessionState), st.integers(0, 100_000))
def test_an_event_happens_only_from_its_states(event, state, age):
    session = standing(state, began=dt.timedelta(seconds=age), seen=dt.timedelta(seconds=age // 50))
    if session.allows(event, TIMES, NOW):
        assert state in LIFE[event].sources
