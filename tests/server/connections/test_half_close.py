"""A peer that closes its own direction first, or disappears, with requests in flight."""

import errno
import logging

import pytest
from twisted.internet.error import ConnectionLost

from offline_collect.server.connections.ending import LINGER_S
from tests.server.rig import frame_of, payments


def test_what_is_in_flight_when_the_peer_closes_its_direction_is_answered_before_the_end(platform, peer):
    peer.send(*payments(50))
    peer.connection.readConnectionLost()
    assert not peer.transport.disconnecting
    assert not peer.transport.reading
    platform.answer()
    assert peer.codes() == ["00"] * 50
    assert peer.transport.half_closed


def test_what_waits_behind_the_bounds_is_handled_and_answered_too(make_platform):
    platform = make_platform(in_flight_max=2)
    peer = platform.connect()
    platform.engine.room = 1
    peer.send(*payments(5))
    peer.connection.readConnectionLost()
    while platform.engine.taken:
        assert not peer.transport.half_closed
        platform.answer()
    assert peer.codes() == ["00"] * 5
    assert peer.transport.half_closed


def test_a_peer_that_waits_for_nothing_is_closed_at_once(platform, peer):
    peer.send("echo_test")
    peer.connection.readConnectionLost()
    assert peer.codes() == ["00"]
    assert peer.transport.disconnecting


def test_room_among_the_requests_does_not_make_an_ended_stream_be_read(make_platform):
    """Twisted would report the end again and again."""
    platform = make_platform(in_flight_max=2)
    peer = platform.connect()
    peer.send(*payments(2))
    peer.connection.readConnectionLost()
    platform.answer(which=[0])
    assert not peer.transport.reading


def test_a_peer_that_never_reads_its_answers_is_cut_off(make_platform):
    platform = make_platform(idle_timeout_s=10)
    peer = platform.connect()
    peer.send(*payments(3))
    peer.transport.producer.pauseProducing()
    peer.connection.readConnectionLost()
    platform.answer()
    platform.clock.advance(20)
    platform.link.close_idle()
    assert peer.transport.disconnected


def test_a_drain_answers_a_half_closed_peer(platform, peer, reactor):
    peer.send(*payments(2))
    peer.connection.readConnectionLost()
    platform.server.drain(10)
    platform.answer()
    reactor.advance_in_steps(0.1)
    assert peer.codes() == ["00", "00"]
    assert peer.transport.half_closed
    reactor.advance_in_steps(LINGER_S)
    assert peer.transport.disconnecting


@pytest.mark.parametrize("goes", ["readConnectionLost", "connectionLost"])
def test_a_frame_that_the_end_has_torn_is_told_and_counted(platform, peer, caplog, goes):
    frame = frame_of("payment")
    peer.transport_in(frame_of("echo_test") + frame[:-4])
    with caplog.at_level(logging.WARNING):
        getattr(peer.connection, goes)()
    assert [record.getMessage() for record in caplog.records] == [
        f"link fep-1, 127.0.0.9: closed with 4 of {len(frame)} bytes missing"
    ]
    assert platform.observed.silences == ["torn"]
    assert platform.engine.taken == []


def test_a_torn_frame_is_told_once(platform, peer):
    peer.transport_in(frame_of("payment")[:-4])
    peer.connection.readConnectionLost()
    peer.transport.lose(peer.connection)
    assert platform.observed.silences == ["torn"]


def test_a_stream_that_ends_between_frames_is_not_told_of(platform, peer, caplog):
    peer.send("echo_test")
    peer.transport_in(b"0000")
    peer.connection.readConnectionLost()
    peer.transport.lose(peer.connection)
    assert caplog.records == []
    assert platform.observed.silences == []


def test_answers_to_a_peer_that_has_gone_are_counted_and_told_once(platform, peer, caplog):
    peer.send(*payments(5))
    peer.transport.lose(peer.connection)
    platform.answer(which=[0, 1])
    assert caplog.records == []
    platform.answer()
    (record,) = caplog.records
    assert "fep-1, 127.0.0.9" in record.getMessage()
    assert "up to 5 of them were not delivered;" in record.getMessage()
    assert platform.observed.silences == ["gone"] * 5


@pytest.fixture
def left(platform, peer):
    """A peer that has closed its direction; then three answers and the end were written to it."""
    peer.send(*payments(3))
    peer.connection.readConnectionLost()
    platform.answer()
    return peer


def test_a_half_closed_connection_is_closed_when_its_answers_have_had_time_to_be_refused(
    platform, left, caplog
):
    platform.clock.advance(LINGER_S / 2)
    platform.link.close_idle()
    assert not left.transport.disconnecting
    platform.clock.advance(LINGER_S / 2)
    platform.link.close_idle()
    assert left.transport.disconnecting
    left.transport.lose(left.connection)
    assert caplog.records == []
    assert platform.observed.silences == []


def test_answers_that_a_peer_has_refused_after_its_end_are_told_and_counted(platform, left, caplog):
    """It was gone when the answers came; TCP reports it in the same way as a half-closed peer."""
    left.transport.error = errno.EPIPE
    platform.clock.advance(LINGER_S)
    platform.link.close_idle()
    left.transport.lose(left.connection)
    (record,) = caplog.records
    assert "up to 3 of them were not delivered;" in record.getMessage()
    assert platform.observed.silences == ["gone"] * 3


def test_answers_written_before_the_peers_end_are_not_counted_among_them(platform, peer):
    peer.send(*payments(2))
    platform.answer(which=[0])
    peer.connection.readConnectionLost()
    platform.answer()
    peer.transport.lose(peer.connection, ConnectionLost())
    assert platform.observed.silences == ["gone"]


def test_a_peer_that_is_found_gone_between_two_batches_is_told_of_once(platform, peer, caplog):
    peer.send(*payments(3))
    peer.connection.readConnectionLost()
    platform.answer(which=[0])
    peer.transport.lose(peer.connection, ConnectionLost())
    assert caplog.records == []
    platform.answer()
    (record,) = caplog.records
    assert "up to 3 of them were not delivered;" in record.getMessage()
