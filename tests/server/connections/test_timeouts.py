"""What a peer must do in time: complete a message that it has begun, and sign on."""

import pytest

from offline_collect.server.connections.timeouts import Overdue, Timeouts


@pytest.fixture
def timeouts():
    return Timeouts(frame_s=30, sign_on_s=20, now=100)


def late(timeouts, now, *, reading=True, signed_on=True):
    return timeouts.overdue(now, reading=reading, signed_on=signed_on)


def test_a_frame_has_its_time_from_its_first_byte(timeouts):
    timeouts.fed(100, 0, begun=True)
    timeouts.fed(129, 0, begun=True)
    assert late(timeouts, 129.9) is None
    assert late(timeouts, 130) is Overdue.FRAME


def test_another_frame_has_a_time_of_its_own(timeouts):
    timeouts.fed(100, 0, begun=True)
    timeouts.fed(120, 1, begun=True)
    assert late(timeouts, 149) is None
    assert late(timeouts, 150) is Overdue.FRAME


def test_between_frames_nothing_runs(timeouts):
    timeouts.fed(100, 0, begun=True)
    timeouts.fed(120, 1, begun=False)
    timeouts.resumed(125)
    assert late(timeouts, 1000) is None


def test_while_the_platform_does_not_read_no_frame_is_late_and_then_it_has_its_whole_time(timeouts):
    timeouts.fed(100, 0, begun=True)
    assert late(timeouts, 500, reading=False) is None
    timeouts.resumed(500)
    assert late(timeouts, 529) is None
    assert late(timeouts, 530) is Overdue.FRAME


def test_a_sign_on_is_waited_for_from_the_start_whatever_comes(timeouts):
    timeouts.fed(119, 12, begun=False)
    assert late(timeouts, 119, signed_on=False) is None
    assert late(timeouts, 120, signed_on=False) is Overdue.SIGN_ON


def test_a_sign_off_begins_its_time_anew(timeouts):
    assert late(timeouts, 500, signed_on=True) is None
    assert late(timeouts, 501, signed_on=False) is None
    assert late(timeouts, 520, signed_on=False) is None
    assert late(timeouts, 521, signed_on=False) is Overdue.SIGN_ON
