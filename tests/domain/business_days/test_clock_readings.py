"""The wall clock is trusted only while it advances like the monotonic clock."""

import datetime as dt

import pytest

from offline_collect.domain.business_days.clock_readings import Reading, Readings

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
LOOK_S = 5.0


def readings_of(*pairs):
    """Readings at (wall seconds after noon, monotonic seconds)."""
    read = [Reading(NOON + dt.timedelta(seconds=wall), elapsed) for wall, elapsed in pairs]
    readings = Readings.begin(read[0])
    for reading in read[1:]:
        readings = readings.followed_by(reading)
    return readings


def steady(seconds, wall=0.0, elapsed=0.0):
    """Reads every five seconds, with both clocks at the same speed."""
    times = [step * LOOK_S for step in range(int(seconds // LOOK_S) + 1)]
    return [(wall + time, elapsed + time) for time in times]


def sure(readings):
    return readings.all_say(lambda _: True)


@pytest.mark.parametrize(("seconds", "enough"), [(0, False), (40, False), (45, True), (300, True)])
def test_four_readings_a_quarter_of_a_minute_apart_are_wanted(seconds, enough):
    assert sure(readings_of(*steady(seconds))) is enough


def test_readings_that_come_fast_do_not_count_more():
    assert not sure(readings_of(*((step / 10, step / 10) for step in range(400))))


def test_each_of_them_must_say_so():
    readings = readings_of(*steady(60))
    assert readings.all_say(lambda wall: wall >= NOON + dt.timedelta(seconds=15))
    assert not readings.all_say(lambda wall: wall >= NOON + dt.timedelta(seconds=16))


def test_the_latest_must_say_so_though_it_does_not_count_yet():
    readings = readings_of(*steady(50))
    assert not readings.all_say(lambda wall: wall < NOON + dt.timedelta(seconds=50))


@pytest.mark.parametrize("step", [3, -3, 86_400, -86_400, 10 * 365 * 86_400])
def test_a_clock_that_is_stepped_is_believed_only_after_as_long_again(step):
    before = steady(300)
    for more, enough in ((40, False), (45, True)):
        after = steady(more, 305 + step, 305)
        assert sure(readings_of(*before, *after)) is enough


@pytest.mark.parametrize("step", [2, -2])
def test_a_small_correction_does_not_matter(step):
    assert sure(readings_of(*steady(60), *steady(0, 65 + step, 65)))


def test_small_steps_do_not_add_up_to_a_large_one():
    readings = [(time * 1.1, time) for time, _ in steady(60)]
    assert not sure(readings_of(*readings))


def test_a_wrong_time_of_two_seconds_restarts_the_count_though_it_is_gone_at_the_next_look():
    glitch = (10 * 365 * 86_400, 61)
    readings = readings_of(*steady(60), glitch, *steady(40, 65, 65))
    assert not sure(readings)
    assert readings.latest.wall < NOON + dt.timedelta(seconds=120)


def test_after_a_machine_was_suspended_the_count_begins_anew():
    """The monotonic clock stops in the meantime."""
    assert not sure(readings_of(*steady(60), *steady(40, 65 + 8 * 3_600, 65)))


@pytest.mark.parametrize(("gap", "enough"), [(60, True), (61, False)])
def test_where_nobody_looked_for_long_nobody_knows(gap, enough):
    """A virtual machine that was frozen may find both clocks moved on."""
    assert sure(readings_of(*steady(60), (60 + gap, 60 + gap))) is enough


def test_a_monotonic_clock_that_goes_back_is_another_one():
    assert not sure(readings_of(*steady(60), (65, 5)))
