"""When a connection is not read: past in_flight_max, while the engine is full, while the peer does not read."""

import pytest

from tests.server.rig import payments


@pytest.fixture
def platform(make_platform):
    return make_platform(in_flight_max=2)


def stans(platform):
    return [work.command.stan for work in platform.engine.taken]


def test_past_in_flight_max_the_socket_is_not_read(platform, peer):
    peer.send(*payments(2))
    assert not peer.transport.reading
    platform.answer(which=[0])
    assert peer.transport.reading


def test_what_came_with_it_waits_its_turn_in_order(platform, peer):
    peer.send(*payments(5))
    assert stans(platform) == ["000001", "000002"]
    platform.answer(which=[0])
    assert stans(platform) == ["000002", "000003"]
    assert not peer.transport.reading
    platform.answer()
    assert stans(platform) == ["000004", "000005"]
    platform.answer()
    assert [answer.elements[11] for answer in peer.received()] == [f"{nth:06d}" for nth in (1, 2, 3, 4, 5)]
    assert peer.transport.reading


def test_a_full_connection_holds_up_no_other(platform, peer):
    other = platform.connect()
    peer.send(*payments(3))
    other.send(payments(9)[8])
    assert stans(platform) == ["000001", "000002", "000009"]
    assert other.transport.reading


def test_its_deadline_runs_while_a_request_waits_for_its_turn(platform, peer):
    received = platform.clock.monotonic()
    peer.send(*payments(3))
    platform.clock.advance(5)
    platform.answer()
    (work,) = platform.engine.taken
    assert work.deadline == received + 10


def test_a_full_engine_stops_the_reading_and_loses_nothing(platform, peer):
    platform.engine.room = 1
    peer.send(*payments(2))
    assert stans(platform) == ["000001"]
    assert not peer.transport.reading
    platform.answer()
    assert stans(platform) == ["000002"]
    assert peer.transport.reading
    platform.answer()
    assert peer.codes() == ["00", "00"]


def test_stalled_connections_try_again_first_come_first(platform):
    platform.engine.room = 1
    busy = platform.connect()
    waiting = [platform.connect() for _ in range(3)]
    for peer, payment in zip([busy, *waiting], payments(4), strict=True):
        peer.send(payment)
    decided = []
    while platform.engine.taken:
        decided += stans(platform)
        platform.answer()
    assert decided == ["000001", "000002", "000003", "000004"]
    assert all(peer.codes() == ["00"] for peer in waiting)
    assert all(peer.transport.reading for peer in waiting)


def test_a_stalled_connection_that_goes_is_forgotten(platform):
    platform.engine.room = 1
    busy, stalled, other = (platform.connect() for _ in range(3))
    for peer, payment in zip([busy, stalled, other], payments(3), strict=True):
        peer.send(payment)
    stalled.transport.lose(stalled.connection)
    platform.answer()
    assert stans(platform) == ["000003"]


def test_requests_of_a_connection_that_went_while_they_waited_are_not_done(platform, peer):
    peer.send(*payments(4))
    peer.transport.lose(peer.connection)
    platform.answer()
    assert platform.engine.taken == []
    assert platform.observed.silences == ["gone", "gone"]


def test_a_peer_that_does_not_read_its_answers_is_not_read_either(platform, peer):
    """The transport says so when its buffer is full."""
    assert peer.transport.streaming
    peer.send(payments(1)[0])
    peer.transport.producer.pauseProducing()
    assert not peer.transport.reading
    platform.answer()
    assert not peer.transport.reading, "an answer makes no room in the peer"
    peer.transport.producer.resumeProducing()
    assert peer.transport.reading
    assert peer.codes() == ["00"]


def test_what_waits_is_not_handled_before_the_peer_reads_again(platform, peer):
    peer.send(*payments(3))
    peer.transport.producer.pauseProducing()
    platform.answer()
    assert platform.engine.taken == []
    peer.transport.producer.resumeProducing()
    assert stans(platform) == ["000003"]


def test_a_transport_that_is_gone_takes_nothing_more(platform, peer):
    peer.send(*payments(3))
    peer.transport.producer.stopProducing()
    platform.answer()
    assert platform.engine.taken == []


def test_in_flight_counts_what_the_engine_has_and_nothing_else(platform, peer):
    peer.send("echo_test", "echo_test", "echo_test", payments(1)[0])
    assert peer.connection.in_flight == 1
    assert peer.codes() == ["00"] * 3
