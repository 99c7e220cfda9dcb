"""The connection that the platform makes to a partner, without sockets."""

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectError, ConnectionDone
from twisted.python.failure import Failure

from offline_collect.server.outgoing.caller import LIFE, Caller, CallerState
from offline_collect.server.settings import PartnerSettings
from tests.fakes.clock import HandClock
from tests.messages.golden import NOW
from tests.server.reactor import HandReactor
from tests.server.rig import Peer, Platform, ScriptedEngine, Transport

WITHIN_S = 3.0


class Calls:
    """A server with one link that connects, and a partner that accepts or refuses."""

    def __init__(self, **settings):
        self.reactor = HandReactor()
        self.engine = ScriptedEngine()
        partner = PartnerSettings("10.0.0.9", 9000, retry_max_s=8)
        self.platform = Platform(self.reactor, self.engine, clock=HandClock(NOW), connect=partner, **settings)
        (self.caller,) = self.platform.server.callers
        self.caller = Caller(self.platform.link, self.reactor, lambda: 1.0)

    @property
    def attempts(self):
        return len(self.reactor.tcpClients)

    def accept(self):
        """Accept the last attempt; None if the platform does not want the connection any more."""
        connection = self.caller.buildProtocol(IPv4Address("TCP", "10.0.0.9", 9000))
        if connection is None:
            return None
        transport = Transport()
        transport.protocol = connection
        connection.makeConnection(transport)
        return Peer(connection, transport, "ascii", self.platform.dispatcher.turns)

    def refuse(self):
        self.caller.clientConnectionFailed(None, Failure(ConnectError(string="no route")))

    def lose(self, peer):
        peer.transport.lose(peer.connection)
        self.caller.clientConnectionLost(None, Failure(ConnectionDone()))


@pytest.fixture
def calls():
    return Calls()


def test_a_link_that_connects_does_not_listen(calls):
    assert calls.reactor.tcpServers == []
    assert calls.attempts == 0


def test_it_connects_once_it_may(calls):
    calls.caller.allow()
    calls.caller.allow()
    assert [client[:2] for client in calls.reactor.tcpClients] == [("10.0.0.9", 9000)]
    peer = calls.accept()
    peer.send("echo_test")
    assert peer.codes() == ["00"]
    assert peer.transport.receive_buffer == calls.platform.link.settings.receive_buffer_bytes
    assert calls.caller.state is CallerState.CONNECTED
    assert calls.platform.observed.calls == [True]
    assert calls.caller.note(None) == "link fep-1: connected to 10.0.0.9:9000"


def test_a_partner_that_refuses_is_tried_again_after_longer_and_longer_waits(calls, caplog):
    calls.caller.allow()
    for wait in (1, 2, 4, 8, 8):
        calls.refuse()
        before = calls.attempts
        calls.reactor.advance(wait - 0.01)
        assert calls.attempts == before
        calls.reactor.advance(0.02)
        assert calls.attempts == before + 1
    assert calls.platform.observed.failed_calls == 5
    assert (
        "link fep-1: cannot connect to 10.0.0.9:9000: An error occurred while connecting: no route; trying"
        in caplog.text
    )
    assert (
        "not connected to 10.0.0.9:9000: An error occurred while connecting: no route; this"
        in calls.caller.note(None)
    )


@pytest.mark.parametrize(("speaks", "wait"), [(True, 1), (False, 4)])
def test_only_a_partner_that_has_spoken_is_soon_connected_to_again(calls, speaks, wait):
    calls.caller.allow()
    for pause in (1, 2):
        calls.refuse()
        calls.reactor.advance(pause)
    peer = calls.accept()
    if speaks:
        peer.send("echo_test")
    calls.lose(peer)
    assert calls.platform.observed.calls == [True, False]
    before = calls.attempts
    calls.reactor.advance(wait - 0.01)
    assert calls.attempts == before
    calls.reactor.advance(0.02)
    assert calls.attempts == before + 1


def test_a_connection_that_may_not_be_kept_answers_and_is_closed(calls):
    calls.caller.allow()
    peer = calls.accept()
    peer.send("payment")
    calls.caller.forbid(WITHIN_S)
    assert not peer.transport.disconnecting
    calls.platform.answer()
    assert peer.codes() == ["00"]
    assert peer.transport.disconnecting
    calls.lose(peer)
    calls.reactor.advance(100)
    assert calls.attempts == 1
    assert calls.caller.note("b") == "link fep-1: server b has the lease of the connection to 10.0.0.9:9000"
    assert "no server has the lease" in calls.caller.note(None)


def test_a_connection_that_does_not_end_in_time_is_cut_off(calls):
    calls.caller.allow()
    peer = calls.accept()
    peer.send("payment")
    calls.caller.forbid(WITHIN_S)
    calls.reactor.advance(WITHIN_S - 0.1)
    assert not peer.transport.disconnected
    calls.reactor.advance(0.2)
    assert peer.transport.disconnected


def test_it_does_not_connect_again_beside_a_connection_that_is_closing(calls):
    calls.caller.allow()
    peer = calls.accept()
    peer.send("payment")
    calls.caller.forbid(WITHIN_S)
    calls.caller.allow()
    assert calls.attempts == 1
    calls.platform.answer()
    calls.lose(peer)
    calls.caller.allow()
    assert calls.attempts == 2
    calls.reactor.advance(WITHIN_S)
    assert calls.caller.state is CallerState.CONNECTING


def test_a_wait_and_an_attempt_end_when_it_may_not_connect_any_more(calls):
    calls.caller.allow()
    calls.refuse()
    calls.caller.forbid(WITHIN_S)
    calls.caller.forbid(WITHIN_S)
    calls.reactor.advance(100)
    assert calls.attempts == 1
    calls.caller.allow()
    calls.caller.forbid(WITHIN_S)
    assert calls.reactor.connectors[-1].stoppedConnecting
    calls.refuse()
    assert calls.platform.observed.failed_calls == 1
    assert calls.accept() is None
    assert calls.caller.state is CallerState.STANDING_BY


def test_a_draining_server_keeps_no_new_connection(calls):
    calls.caller.allow()
    calls.platform.link.drain()
    assert calls.accept() is None
    assert calls.platform.observed.refusals == ["draining"]


def test_a_server_that_stops_connects_no_more_although_it_still_renews_its_lease(calls):
    calls.caller.allow()
    peer = calls.accept()
    calls.caller.stop(WITHIN_S)
    calls.lose(peer)
    calls.caller.allow()
    assert (calls.attempts, calls.caller.state) == (1, CallerState.STOPPED)
    assert (
        calls.caller.note("server 2")
        == "link fep-1: server server 2 has the lease of the connection to 10.0.0.9:9000"
    )


def test_a_server_that_stops_without_the_lease_does_not_connect_either(calls):
    calls.caller.stop(WITHIN_S)
    calls.caller.allow()
    assert (calls.attempts, calls.caller.state) == (0, CallerState.STOPPED)


def test_the_limits_of_the_link_hold_for_it():
    other = Calls(connections_max=1)
    other.caller.allow()
    other.accept()
    assert other.platform.link.called("10.0.0.9") is None
    assert other.platform.observed.refusals == ["connections_max"]


def test_every_event_leads_to_a_state_that_others_leave_but_the_last_one():
    left = set().union(*(before for before, _ in LIFE.values()))
    assert {after for _, after in LIFE.values()} - left == {CallerState.STOPPED}
