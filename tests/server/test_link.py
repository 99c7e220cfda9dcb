"""Who may connect, how many, and how long they may be silent (wire.md, Link)."""

import ipaddress
import logging

import pytest
from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress

from tests.server.rig import frame_of, payments


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


def test_connections_are_counted_in_and_out(platform):
    peers = [platform.connect() for _ in range(3)]
    assert platform.observed.connections == 3
    for peer in peers:
        peer.transport.lose(peer.connection)
    assert platform.observed.connections == 0
    assert platform.link.connections == set()


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
    platform = make_platform(idle_timeout_s=60)
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
    """Its answers could never be flushed, so closing politely would keep the connection for ever."""
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
