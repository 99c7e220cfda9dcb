"""A lane's end of its socket pair: commands are taken in order, by the lane or by the sweep, never twice."""

import socket
import threading

import pytest

from offline_collect.domain.ports import NullObserver
from offline_collect.engine import NO_ORIGIN, Delivery, Outcome
from offline_collect.server.lanes.lane_process import Relay
from offline_collect.server.lanes.lane_socket import LaneSocket
from offline_collect.server.lanes.parcels import Unsealer, seal

JOIN_S = 10


@pytest.fixture
def works(rig):
    return rig.works(*(rig.payment(bill) for bill in range(1, 6)))


@pytest.fixture
def server():
    """The server's end; the lane's is ``server.lane``."""

    class Server:
        def __init__(self) -> None:
            self.end, theirs = socket.socketpair()
            self.lane = LaneSocket(theirs, lambda: [("queued", ("write-0", 0))])

        def hand_in(self, *works) -> None:
            parcel = [
                (work.token, work.command, work.deadline, work.queued_at, work.origin) for work in works
            ]
            self.end.sendall(seal(parcel))

        def say_no_more(self) -> None:
            self.end.shutdown(socket.SHUT_WR)

    made = Server()
    yield made
    made.end.close()
    made.lane.close()


def test_what_comes_is_taken_in_order_and_no_more_than_asked_for(server, works):
    server.hand_in(*works[:2])
    server.hand_in(*works[2:])
    assert server.lane.take(3) == works[:3]
    assert len(server.lane) == 2
    assert server.lane.take(3) == works[3:]


def test_a_lane_that_waits_is_woken_by_what_comes(server, works):
    taken = []
    waiting = threading.Thread(target=lambda: taken.extend(server.lane.take(9)), daemon=True)
    waiting.start()
    server.hand_in(works[0])
    waiting.join(JOIN_S)
    assert taken == works[:1]


def test_what_came_before_the_end_is_taken_first(server, works):
    server.hand_in(*works)
    server.say_no_more()
    assert server.lane.take(4) == works[:4]
    assert server.lane.take(4) == works[4:]
    assert server.lane.take(4) == []


def test_a_parcel_that_was_cut_off_by_the_servers_death_is_dropped(server, works):
    server.hand_in(works[0])
    server.end.sendall(seal([(1, works[1].command, 1.0, 1.0, NO_ORIGIN)])[:-1])
    server.end.close()
    assert server.lane.take(9) == works[:1]
    assert server.lane.take(9) == []


def test_a_sweep_reads_what_a_busy_lane_has_not_read(server, rig, works):
    (late,) = rig.works(rig.payment(7), patience=1.0)
    server.hand_in(works[0], late, works[1])
    assert server.lane.expired(late.deadline - 0.001) == []
    assert server.lane.expired(late.deadline) == [late]
    assert server.lane.take(9) == works[:2]


def test_a_sweep_takes_nothing_from_a_lane_that_waits(server, works):
    taken = []
    waiting = threading.Thread(target=lambda: taken.extend(server.lane.take(9)), daemon=True)
    waiting.start()
    while not server.lane._lane_waits:
        assert waiting.is_alive()
    server.hand_in(works[0])
    swept = server.lane.expired(works[0].deadline)
    waiting.join(JOIN_S)
    assert (swept, taken) == ([], works[:1])


def test_answers_go_out_with_what_was_observed(server, works):
    server.lane.deliver(Delivery([Outcome(works[0], None)], None))
    assert Unsealer().feed(server.end.recv(1 << 16)) == [([(0, None)], None, [("queued", ("write-0", 0))])]


def test_answers_to_a_server_that_has_gone_are_said_to_go_nowhere(server, works, caplog):
    server.end.close()
    server.lane.deliver(Delivery([Outcome(works[0], None)], None))
    assert "are not delivered" in caplog.text


def test_a_relay_gives_what_it_was_told_once():
    relay = Relay()
    relay.batch("write-0", 2, {"load": 0.5})
    relay.retried("write-0", "conflict")
    relay.queued("write-0", 7)
    told = relay.take()
    assert [call for call, _ in told] == ["batch", "retried", "queued"]
    assert all(hasattr(NullObserver(), call) for call, _ in told)
    assert relay.take() == []
