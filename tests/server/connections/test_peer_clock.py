"""A peer with a wrong DE 7 is distinguished from a peer whose clock is right."""

import logging

import pytest

from tests.server.rig import request_of

HOURS_AHEAD = "1122173012"


@pytest.mark.parametrize("request_name", ["payment", "lookup_by_bill", "payment_status"])
def test_a_request_from_hours_away_is_counted_and_logged_once(platform, peer, caplog, request_name):
    with caplog.at_level(logging.WARNING):
        for nth in range(3):
            peer.send(request_of(request_name, de7=HOURS_AHEAD, de11=f"{nth:06d}"))
    assert platform.observed.clocks_off == 3
    (line,) = [record.getMessage() for record in caplog.records if "DE 7 is" in record.getMessage()]
    assert line.startswith("link fep-1, 127.0.0.9: DE 7 is 8:00:0")
    assert "after the time of arrival" in line
    assert len(platform.engine.taken) == 3


def test_after_a_minute_it_is_logged_again(platform, peer, caplog):
    with caplog.at_level(logging.WARNING):
        for nth in range(2):
            peer.send(request_of("payment", de7="1122013012", de11=f"{nth:06d}"))
            platform.clock.advance(60)
    lines = [record.getMessage() for record in caplog.records if "DE 7 is" in record.getMessage()]
    assert len(lines) == 2
    assert "before the time of arrival" in lines[0]


@pytest.mark.parametrize("request_name", ["payment_repeat", "payment_advice", "reversal_advice"])
def test_what_may_carry_an_earlier_time_is_not(platform, peer, request_name):
    peer.send(request_of(request_name, de7=HOURS_AHEAD))
    assert platform.observed.clocks_off == 0


def test_a_small_difference_is_none(platform, peer):
    platform.clock.advance(55)
    peer.send("payment")
    assert platform.observed.clocks_off == 0
