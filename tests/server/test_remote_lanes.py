"""Lanes in another process: both sides of the socket pair, the far one on a thread of its own."""

import select
import socket
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from offline_collect.domain.ports import NullObserver
from offline_collect.engine import Engine
from offline_collect.server.lane_process import Relay, host_lanes
from offline_collect.server.parcels import Unsealer
from offline_collect.server.remote_lanes import RemoteLanes
from tests.engine.rig import Rig
from tests.server.reactor import HandReactor
from tests.support.bank import DAY, NOON
from tests.support.clock import HandClock
from tests.support.observed import LaneLog

WITHIN_S = 20
FULL = 40


class Near:
    """This process's side, with its reactor turned by hand."""

    def __init__(self, end: socket.socket, open_max: int = 1000) -> None:
        self.reactor = HandReactor()
        self.reactor.running = True
        self.observed = LaneLog()
        self.deliveries = []
        self.losses = 0
        self.end = end
        self.lanes = RemoteLanes(
            self.reactor, end, open_max, HandClock(NOON), self.observed, self.deliveries.append, self._lost
        )
        self.lanes.start()

    def _lost(self) -> None:
        self.losses += 1

    @property
    def outcomes(self):
        return [outcome for delivery in self.deliveries for outcome in delivery.outcomes]

    def answered(self):
        return {outcome.work.token: outcome.answer and outcome.answer.code.value for outcome in self.outcomes}

    def turn_until(self, done: Callable[[], bool]) -> None:
        """Read what comes until ``done``."""
        while not done():
            assert self.lanes in self.reactor.readers, "the lanes have ended"
            assert select.select([self.end], [], [], WITHIN_S)[0], "nothing came"
            self.lanes.doRead()

    def turn_to_the_end(self) -> None:
        """Read until the other side has closed."""
        self.turn_until(lambda: self.lanes not in self.reactor.readers)


@pytest.fixture
def ends():
    near, far = socket.socketpair()
    yield near, far
    near.close()
    far.close()


@pytest.fixture
def near(ends):
    return Near(ends[0])


@pytest.fixture
def rig():
    return Rig()


@pytest.fixture
def far(ends, rig):
    """The other side: a real engine over the store in memory."""

    def make_engine(deliver, observer) -> Engine:
        return Engine(rig.store, rig.settings, rig.clock, observer, deliver)

    thread = threading.Thread(target=host_lanes, args=(ends[1], make_engine, rig.clock), daemon=True)
    thread.start()
    yield thread
    ends[0].close()
    thread.join(WITHIN_S)
    assert not thread.is_alive()


def submit(lanes, rig, *bills, deadline=None):
    until = rig.clock.monotonic() + 10 if deadline is None else deadline
    return [lanes.submit(rig.payment(bill), until, bill) for bill in bills]


def test_commands_are_decided_and_answered_by_their_tokens(near, far, rig):
    assert submit(near.lanes, rig, 1, 2, 1) == [True, True, True]
    near.lanes.flush()
    near.turn_until(lambda: len(near.outcomes) == 3)
    assert [outcome.answer.code.value for outcome in near.outcomes] == [
        "APPROVED",
        "APPROVED",
        "ALREADY_PAID",
    ]
    assert [outcome.work.token for outcome in near.outcomes] == [1, 2, 1]
    assert {delivery.open_day for delivery in near.deliveries} == {DAY}


def test_nothing_goes_out_before_the_flush(near, ends, rig):
    submit(near.lanes, rig, 1, 2)
    assert not select.select([ends[1]], [], [], 0)[0]
    near.lanes.flush()
    (handed_in,) = Unsealer().feed(ends[1].recv(1 << 16))
    assert [number for number, *_ in handed_in] == [0, 1]


def test_what_lanes_observe_is_told_on_this_side(near, far, rig):
    submit(near.lanes, rig, 1, 2)
    near.lanes.flush()
    near.turn_until(lambda: len(near.outcomes) == 2)
    assert sum(size for _, size, _ in near.observed.batches) == 2
    assert {lane for lane, *_ in near.observed.batches} == {"write-0"}


def test_no_more_than_open_max_are_out_at_once(ends, rig):
    near = Near(ends[0], open_max=2)
    assert submit(near.lanes, rig, 1, 2, 3) == [True, True, False]


def test_what_waits_past_its_deadline_is_answered_by_the_other_side(near, far, rig):
    submit(near.lanes, rig, 1, deadline=rig.clock.monotonic() - 1)
    near.lanes.flush()
    near.turn_until(lambda: bool(near.outcomes))
    assert near.answered() == {1: "TOO_LATE"}
    assert rig.paid() == set()


def test_the_end_comes_when_all_is_answered(near, far, rig):
    submit(near.lanes, rig, 1, 2)
    near.lanes.close()
    assert submit(near.lanes, rig, 3) == [False]
    near.turn_to_the_end()
    assert near.answered() == {1: "APPROVED", 2: "APPROVED"}
    assert near.lanes.join(0)
    assert near.losses == 0


def test_an_end_that_nobody_asked_for_leaves_silence_and_is_told(near, ends, rig):
    submit(near.lanes, rig, 1, 2)
    near.lanes.flush()
    ends[1].close()
    near.turn_to_the_end()
    assert near.answered() == {1: None, 2: None}
    assert near.losses == 1
    assert submit(near.lanes, rig, 3) == [False]
    near.lanes.flush()
    near.lanes.close()
    assert near.lanes.join(0)


def test_a_failing_descriptor_is_an_end(near, rig):
    submit(near.lanes, rig, 1)
    near.lanes.connectionLost(None)
    near.lanes.connectionLost(None)
    assert near.answered() == {1: None}
    assert near.losses == 1


def test_the_reactors_own_end_is_no_loss(near, rig):
    submit(near.lanes, rig, 1)
    near.reactor.running = False
    near.lanes.connectionLost(None)
    assert near.answered() == {1: None}
    assert near.losses == 0


def test_what_the_socket_has_no_room_for_is_sent_later(near, ends, rig):
    """Nobody reads at first; nothing is lost, and the end waits until all has gone."""
    long = replace(rig.payment(1), journal="x" * 100_000)
    for nth in range(FULL):
        assert near.lanes.submit(long, 10.0, nth)
        near.lanes.flush()
    assert near.lanes in near.reactor.writers
    near.lanes.close()
    assert near.lanes in near.reactor.writers, "closed, but not sent yet"
    unsealer = Unsealer()
    arrived = []
    while data := ends[1].recv(1 << 20):
        arrived += [number for handed_in in unsealer.feed(data) for number, *_ in handed_in]
        if near.lanes in near.reactor.writers:
            near.lanes.doWrite()
    assert arrived == list(range(FULL))
    assert near.lanes not in near.reactor.writers


def test_nothing_to_read_is_no_end(near):
    near.lanes.doRead()
    near.lanes.sweep()
    assert near.lanes in near.reactor.readers
    assert near.losses == 0
    assert (near.lanes.logPrefix(), near.lanes.fileno()) == ("lanes", near.end.fileno())


def test_a_batch_of_a_server_that_has_gone_stays_decided(ends, rig, caplog):
    """The server's process is killed with a command under way: the lanes end, and what was decided holds."""
    gone = threading.Event()
    rig.store.before_writes.append(lambda: (ends[0].close(), gone.set()))

    def make_engine(deliver, observer) -> Engine:
        return Engine(rig.store, rig.settings, rig.clock, observer, deliver)

    near = Near(ends[0])
    submit(near.lanes, rig, 1)
    near.lanes.flush()
    host_lanes(ends[1], make_engine, rig.clock)
    assert gone.is_set()
    assert rig.paid() == {"S-1"}


def test_a_relay_gives_what_it_was_told_once():
    relay = Relay()
    relay.batch("write-0", 2, {"load": 0.5})
    relay.retried("write-0", "conflict")
    relay.queued("write-0", 7)
    told = relay.take()
    assert [call for call, _ in told] == ["batch", "retried", "queued"]
    assert all(hasattr(NullObserver(), call) for call, _ in told)
    assert relay.take() == []
