"""Which peers may connect, how many, and how long they may be silent."""

import ipaddress
import logging

import pytest
from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress

from offline_collect.server.connections.connection_bounds import Room
from tests.server.rig import Platform, frame_of, payments


def networks(*texts):
    return tuple(ipaddress.ip_network(text) for text in texts)


@pytest.mark.parametrize(
    ("allowed", "host", "let_in"),
    [
        ("127.0.0.0/8", "127.1.2.3", True),
        ("127.0.0.0/8", "128.0.0.1", False),
        ("10.1.0.0/16", "10.1.255.255", True),
        ("10.1.0.0/16", "10.2.0.1", False),
        ("0.0.0.0/0", "8.8.8.8", True),
        ("0.0.0.0/0", "2001:db8::1", False),
        ("2001:db8::/32", "2001:db8::1", True),
        ("10.1.0.0/16", "::ffff:10.1.0.7", True),
        ("fe80::/10", "fe80::1%eth0", True),
    ],
)
def test_only_peers_of_the_allowed_networks_are_let_in(make_platform, allowed, host, let_in):
    platform = make_platform(networks=networks(allowed))
    kind = IPv6Address if ":" in host else IPv4Address
    assert (platform.link.buildProtocol(kind("TCP", host, 1)) is not None) is let_in
    assert platform.observed.refusals == ([] if let_in else ["network"])


def test_a_refusal_is_one_log_line_with_who_and_why(platform, caplog):
    with caplog.at_level(logging.INFO):
        assert platform.connect("10.9.8.7") is None
    assert [record.getMessage() for record in caplog.records] == ["link fep-1: refused 10.9.8.7: network"]


@pytest.mark.parametrize("address", [None, UNIXAddress("/tmp/socket")])  # noqa: S108 - a name only
def test_a_peer_without_an_address_is_not_let_in(platform, address):
    assert platform.link.buildProtocol(address) is None


def test_past_connections_max_nobody_is_let_in_until_somebody_goes(make_platform):
    platform = make_platform(connections_max=2)
    first, second = platform.connect(), platform.connect()
    assert platform.connect() is None
    assert platform.observed.refusals == ["connections_max"]
    first.transport.lose(first.connection)
    assert platform.connect() is not None
    second.send("echo_test")
    assert second.codes() == ["00"]


def test_one_peer_cannot_take_every_connection(make_platform, caplog):
    platform = make_platform(connections_max=3, connections_max_per_peer=2)
    first, _ = platform.connect("127.0.0.8"), platform.connect("127.0.0.8")
    assert platform.connect("127.0.0.8") is None
    assert platform.connect("127.0.0.9") is not None
    assert platform.observed.refusals == ["connections_max_per_peer"]
    assert caplog.messages == ["link fep-1: refused 127.0.0.8: connections_max_per_peer"]
    first.transport.lose(first.connection)
    assert platform.connect("127.0.0.8") is not None


def test_links_share_the_room_for_connections_that_the_process_has(reactor, engine):
    room = Room(1)
    one, other = (Platform(reactor, engine, room=room) for _ in range(2))
    peer = one.connect()
    assert other.connect() is None
    assert other.observed.refusals == ["descriptors"]
    peer.transport.lose(peer.connection)
    assert other.connect() is not None


def test_connections_are_counted_in_and_out(platform):
    peers = [platform.connect() for _ in range(3)]
    assert platform.observed.connections == 3
    for peer in peers:
        peer.transport.lose(peer.connection)
    assert platform.observed.connections == 0
    assert platform.link.connections == {}


def test_a_socket_is_set_up_for_short_messages_and_dead_peers(peer):
    assert peer.transport.no_delay
    assert peer.transport.keep_alive


def test_a_silent_connection_is_closed_after_the_idle_timeout(make_platform):
    platform = make_platform(idle_timeout_s=60)
    peer = platform.connect()
    platform.clock.advance(59.9)
    platform.link.close_idle()
    assert not peer.transport.disconnecting
    platform.clock.advance(0.1)
    platform.link.close_idle()
    assert peer.transport.disconnecting
    assert not peer.transport.disconnected


def test_housekeeping_closes_silent_connections_by_itself(make_platform, reactor):
    platform = make_platform(idle_timeout_s=60)
    peer = platform.connect()
    platform.clock.advance(60)
    reactor.advance(1)
    assert peer.transport.disconnecting


def test_any_byte_keeps_a_connection(make_platform):
    platform = make_platform(idle_timeout_s=60, frame_timeout_s=300)
    peer = platform.connect()
    platform.clock.advance(59)
    peer.transport_in(frame_of("echo_test")[:3])
    platform.clock.advance(59)
    platform.link.close_idle()
    assert not peer.transport.disconnecting


def test_a_connection_with_an_open_request_is_not_idle(make_platform):
    platform = make_platform(idle_timeout_s=1, request_timeout_ms=600_000)
    peer = platform.connect()
    peer.send("payment")
    for _ in range(5):
        platform.clock.advance(100)
        platform.link.close_idle()
    assert not peer.transport.disconnecting
    platform.answer()
    assert peer.codes() == ["00"]
    platform.link.close_idle()
    assert peer.transport.disconnecting


def test_a_connection_whose_request_waits_for_the_engine_is_not_idle(make_platform):
    platform = make_platform(idle_timeout_s=10)
    platform.engine.room = 0
    peer = platform.connect()
    peer.send("payment")
    platform.clock.advance(10)
    platform.link.close_idle()
    assert not peer.transport.disconnecting


def test_a_peer_that_never_reads_is_cut_off_after_as_long_again(make_platform):
    """Its answers can never be flushed, so a normal close would never end."""
    platform = make_platform(idle_timeout_s=10, in_flight_max=1)
    peer = platform.connect()
    peer.send(*payments(2))
    peer.transport.producer.pauseProducing()
    platform.answer()
    platform.clock.advance(10)
    platform.link.close_idle()
    assert not peer.transport.disconnecting
    platform.clock.advance(10)
    platform.link.close_idle()
    assert peer.transport.disconnected


def test_a_closed_connection_whose_peer_does_not_go_is_cut_off(make_platform):
    platform = make_platform(idle_timeout_s=10)
    peer = platform.connect()
    platform.clock.advance(10)
    platform.link.close_idle()
    platform.link.close_idle()
    assert peer.transport.disconnecting
    assert not peer.transport.disconnected
    platform.clock.advance(10)
    platform.link.close_idle()
    assert peer.transport.disconnected


def test_what_is_closed_for_being_silent_or_not_reading_is_counted_once(make_platform, caplog):
    platform = make_platform(idle_timeout_s=10)
    platform.connect()
    platform.clock.advance(10)
    platform.link.close_idle()
    platform.link.close_idle()
    assert platform.observed.hang_ups == ["idle_timeout_s"]
    platform.clock.advance(10)
    platform.link.close_idle()
    assert platform.observed.hang_ups == ["idle_timeout_s", "not_reading"]
    assert "not_reading" in caplog.text


def test_a_frame_that_comes_a_byte_at_a_time_is_not_waited_for_for_ever(make_platform, caplog):
    """Each byte keeps the connection from being idle."""
    platform = make_platform(frame_timeout_s=30)
    peer = platform.connect()
    frame = frame_of("payment")
    for at in range(29):
        peer.transport_in(frame[at : at + 1])
        platform.clock.advance(1)
        platform.link.close_idle()
    assert not peer.transport.disconnecting
    peer.transport_in(frame[29:30])
    platform.clock.advance(1)
    platform.link.close_idle()
    assert peer.transport.disconnecting
    assert platform.observed.hang_ups == ["frame_timeout_s"]
    torn = "link fep-1, 127.0.0.9: a message was begun but not completed in time"
    assert caplog.messages == [f"{torn}: 144 of 174 bytes missing (frame_timeout_s); closing"]


def test_what_is_in_flight_when_a_frame_is_given_up_is_answered(make_platform):
    platform = make_platform(frame_timeout_s=30)
    peer = platform.connect()
    peer.send("payment")
    peer.transport_in(b"00")
    platform.clock.advance(30)
    platform.link.close_idle()
    assert not peer.transport.reading
    assert not peer.transport.disconnecting
    peer.transport_in(b"00")
    platform.answer()
    assert peer.codes() == ["00"]
    assert peer.transport.disconnecting
    platform.link.close_idle()
    assert platform.observed.hang_ups == ["frame_timeout_s"]
    assert platform.observed.silences == []


def test_the_rest_of_a_frame_is_not_missed_while_the_platform_does_not_read(make_platform):
    platform = make_platform(frame_timeout_s=30, in_flight_max=1, request_timeout_ms=600_000)
    peer = platform.connect()
    frame = frame_of("payment")
    peer.transport_in(frame + frame_of("payment_repeat")[:9])
    assert not peer.transport.reading
    platform.clock.advance(100)
    platform.link.close_idle()
    platform.answer()
    assert peer.transport.reading
    platform.clock.advance(29)
    platform.link.close_idle()
    assert platform.observed.hang_ups == []
    platform.clock.advance(1)
    platform.link.close_idle()
    assert platform.observed.hang_ups == ["frame_timeout_s"]


def test_where_sign_on_is_required_it_must_come_in_time_whatever_else_comes(make_platform, caplog):
    platform = make_platform(sign_on_required=True, sign_on_timeout_s=30)
    peer, signed_on = platform.connect(), platform.connect()
    signed_on.send("sign_on")
    for _ in range(29):
        peer.send("echo_test", "payment")
        peer.transport_in(b"0000")
        platform.clock.advance(1)
        platform.link.close_idle()
    assert peer.codes() == ["00", "58"] * 29
    assert not peer.transport.disconnecting
    platform.clock.advance(1)
    platform.link.close_idle()
    assert peer.transport.disconnecting
    assert not signed_on.transport.disconnecting
    assert platform.observed.hang_ups == ["sign_on_timeout_s"]
    assert "no sign-on came in time" in caplog.text


def test_where_sign_on_is_optional_nobody_is_closed_for_want_of_it(make_platform):
    platform = make_platform(sign_on_timeout_s=1)
    peer = platform.connect()
    platform.clock.advance(100)
    platform.link.close_idle()
    assert not peer.transport.disconnecting
