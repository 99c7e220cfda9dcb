"""Answers are sent before the reactor's next turn, and whatever cannot be is left to the reactor."""

import socket

import pytest
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.tcp import Connection
from twisted.internet.testing import StringTransport
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory

from offline_collect.server.connections.direct_write import send_now

MORE_THAN_A_SOCKET_HOLDS = 1 << 24


class Descriptors:
    """A reactor that only notes whose socket it would watch for room."""

    def __init__(self):
        self.writers = set()

    def addReader(self, _descriptor):  # noqa: N802 - Twisted's name
        pass

    def removeReader(self, _descriptor):  # noqa: N802 - Twisted's name
        pass

    def addWriter(self, descriptor):  # noqa: N802 - Twisted's name
        self.writers.add(descriptor)

    def removeWriter(self, descriptor):  # noqa: N802 - Twisted's name
        self.writers.discard(descriptor)


@pytest.fixture
def far():
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    with ours, theirs:
        yield ours, theirs


@pytest.fixture
def reactor():
    return Descriptors()


@pytest.fixture
def transport(far, reactor):
    connection = Connection(far[0], Protocol(), reactor)
    connection.connected = True
    return connection


def test_the_bytes_are_at_the_peer_before_the_reactor_turns(transport, far, reactor):
    transport.write(b"0210")
    assert reactor.writers == {transport}, "Twisted alone would wait for the reactor"
    send_now(transport)
    assert far[1].recv(99) == b"0210"
    assert reactor.writers == set()


def test_what_the_socket_does_not_take_waits_for_the_reactor(transport, far, reactor):
    transport.write(bytes(MORE_THAN_A_SOCKET_HOLDS))
    send_now(transport)
    assert reactor.writers == {transport}
    received = 0
    while received < MORE_THAN_A_SOCKET_HOLDS:
        received += len(far[1].recv(1 << 20))
        transport.doWrite()
    assert received == MORE_THAN_A_SOCKET_HOLDS
    assert reactor.writers == set()


def test_a_broken_socket_is_left_to_the_reactor(transport, far, reactor):
    far[1].close()
    transport.write(b"0210")
    send_now(transport)
    assert reactor.writers == {transport}
    assert isinstance(transport.doWrite(), Exception), (
        "the reactor sees the same error, and ends the connection"
    )


def test_a_transport_that_is_being_closed_sends_its_rest_by_the_reactor(transport, far, reactor):
    transport.write(b"0210")
    transport.loseConnection()
    send_now(transport)
    assert reactor.writers == {transport}
    with pytest.raises(BlockingIOError):
        far[1].recv(99)


def test_a_transport_around_another_one_is_left_to_the_reactor(transport, far, reactor):
    """TLS: what is inside may be closing, and would stay open if it were sent from here."""
    around = ProtocolWrapper(WrappingFactory(Factory()), Protocol())
    around.makeConnection(transport)
    assert around.doWrite, "it passes for a socket"
    around.write(b"0210")
    send_now(around)
    assert reactor.writers == {transport}
    with pytest.raises(BlockingIOError):
        far[1].recv(99)


def test_a_transport_without_a_socket_of_its_own_keeps_the_bytes():
    transport = StringTransport()
    transport.write(b"0210")
    send_now(transport)
    assert transport.value() == b"0210"
