"""The waits between attempts to connect."""

import pytest

from offline_collect.server.outgoing.back_off import BackOff


def test_each_wait_is_twice_the_one_before_up_to_the_most():
    back_off = BackOff(10)
    assert [back_off.wait_s(1.0) for _ in range(6)] == [1, 2, 4, 8, 10, 10]


@pytest.mark.parametrize(("drawn", "wait"), [(0.0, 0.5), (0.5, 0.75), (1.0, 1.0)])
def test_a_random_part_of_up_to_half_shortens_the_wait(drawn, wait):
    assert BackOff(60).wait_s(drawn) == wait


def test_it_begins_again():
    back_off = BackOff(60)
    assert [back_off.wait_s(1.0) for _ in range(3)] == [1, 2, 4]
    back_off.reset()
    assert back_off.wait_s(1.0) == 1


def test_a_short_most_holds_from_the_first_wait():
    assert BackOff(0.25).wait_s(1.0) == 0.25
