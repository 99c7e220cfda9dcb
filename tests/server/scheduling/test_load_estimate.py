"""How fast commands are completed under load, and which frames can still be decided in time."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.server.scheduling.load_estimate import (
    LEFT_FOR_DECIDING,
    CompletionRate,
    frames_ahead,
    reachable,
    reachable_of,
)

WAITING = st.integers(0, 50)


def measured(per_step, steps, step=0.05, *, waits=True):
    """A rate after ``steps`` deliveries of ``per_step`` commands; with the time of the last."""
    rate = CompletionRate()
    for nth in range(steps + 1):
        rate.measure(nth * step, per_step, waits=waits)
    return rate, steps * step


def test_nothing_measured_refuses_nothing():
    assert CompletionRate().per_second is None
    assert reachable(None, 0.0) == math.inf


def test_a_steady_rate_is_found():
    rate, _ = measured(100, 40)
    assert rate.per_second == pytest.approx(2000)


def test_little_time_measured_says_nothing():
    rate, _ = measured(100, 5)
    assert rate.per_second is None


def test_an_idle_server_measures_nothing():
    rate, _ = measured(1, 100, waits=False)
    assert rate.per_second is None


def test_the_rate_follows_a_change():
    rate, now = measured(100, 100)
    for nth in range(1, 61):
        rate.measure(now + nth * 0.05, 10, waits=True)
    assert rate.per_second == pytest.approx(200, rel=0.6)


def test_a_stall_lowers_it_and_is_forgotten_once_nothing_waits():
    rate, now = measured(100, 100)
    for nth in range(1, 41):
        rate.measure(now + nth * 0.2, 0, waits=True)
    assert rate.per_second == pytest.approx(0, abs=5)
    rate.measure(now + 8.2, 0, waits=False)
    for nth in range(1, 10):
        rate.measure(now + 8.2 + nth * 0.2, 0, waits=False)
    assert rate.per_second is None


def test_the_lane_keeps_a_part_of_the_time_that_is_left():
    assert reachable(1000.0, 2.0) == 2000 * LEFT_FOR_DECIDING


def test_alone_only_what_is_before_it_is_ahead():
    assert frames_ahead(7, [], []) == 7


def test_fellows_take_a_turn_for_each_of_its_own():
    assert frames_ahead(0, [500, 500, 2], []) == 3
    assert frames_ahead(4, [500, 500, 2], []) == 4 + 5 + 5 + 2


def test_another_sender_takes_as_many_turns_as_all_of_this_sender():
    assert frames_ahead(0, [], [20_000]) == 1
    assert frames_ahead(0, [500, 500], [20_000]) == 2 + 3
    assert frames_ahead(0, [500, 500], [2]) == 2 + 2


def test_a_hog_is_refused_where_another_is_not():
    assert reachable_of(512, 0, 100, [1], []) == 100
    assert reachable_of(512, 60, 100, [1], []) == 40
    assert reachable_of(1, 0, 100, [512] * 40, []) == 1
    assert reachable_of(1, 0, 30, [512] * 40, []) == 0


def test_everything_may_wait_without_a_rate():
    assert reachable_of(512, 100, math.inf, [512], [512]) == 512


@given(WAITING, WAITING, st.integers(0, 200), st.lists(WAITING, max_size=5), st.lists(WAITING, max_size=5))
def test_all_up_to_the_last_that_can_be_reached(more, waiting, allowed, fellows, others):
    reached = reachable_of(more, waiting, allowed, fellows, others)
    assert 0 <= reached <= more
    if reached:
        assert frames_ahead(waiting + reached - 1, fellows, others) <= allowed
    if reached < more:
        assert frames_ahead(waiting + reached, fellows, others) > allowed
