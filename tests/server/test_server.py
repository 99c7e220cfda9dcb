"""Listening, housekeeping, and the drain at the end."""

import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.engine import Engine, EngineSettings
from offline_collect.server.server import LINGER_S, LOST_S, SWEEP_S
from tests.engine.rig import Rig
from tests.fakes.bank import TERMS
from tests.fakes.stepping import run_lanes
from tests.server.rig import SETTINGS, Platform, payments, request_of


@pytest.fixture
def drain(platform, reactor):
    """Begin the drain; return a function that says whether it has ended."""

    def begin(timeout_s=10):
        ended = []
        platform.server.drain(timeout_s).addCallback(lambda _: ended.append(True))
        return ended

    return begin


def test_the_engine_is_started_and_each_link_listened_on(platform, reactor):
    assert platform.engine.started
    ((port, link, _, interface),) = reactor.tcpServers
    assert (port, link, interface) == (SETTINGS.port, platform.link, "127.0.0.1")
    assert len(platform.server.ports) == 1


def test_the_engines_queues_are_swept_several_times_a_second(platform, reactor):
    reactor.advance_in_steps(1.0, SWEEP_S)
    assert platform.engine.sweeps == 5


def test_housekeeping_goes_on_after_a_fault(reactor, engine, caplog):
    sweep, faults = engine.sweep, [ZeroDivisionError()]

    def fail_once():
        if faults:
            raise faults.pop()
        sweep()

    engine.sweep = fail_once
    Platform(reactor, engine)
    reactor.advance_in_steps(2 * SWEEP_S, SWEEP_S)
    assert "housekeeping failed" in caplog.text
    assert engine.sweeps == 1


def test_a_delivery_goes_through_the_reactors_thread(platform, peer, reactor):
    """Lanes call deliver from their own threads."""
    asked = []
    reactor.callFromThread = lambda call, *args: asked.append((call, args))
    platform.server.deliver("a delivery")
    assert asked == [(platform.server.delivered, ("a delivery",))]


def test_a_connection_with_one_answer_does_not_wait_for_those_with_many(platform):
    hog, single = platform.connect(), platform.connect()
    hog.send(*payments(3))
    single.send(*payments(1))
    written = []
    for name, each in (("hog", hog), ("single", single)):
        write = each.transport.write
        each.transport.write = lambda data, name=name, write=write: (written.append(name), write(data))
    platform.answer()
    assert written == ["single", "hog"]
    assert (single.codes(), hog.codes()) == (["00"], ["00"] * 3)


def test_a_drain_stops_accepting(platform, drain):
    drain()
    assert platform.server.draining
    assert platform.connect() is None
    assert platform.observed.refusals == ["draining"]


def test_a_drain_without_anything_to_answer_closes_at_once(platform, peer, drain, reactor):
    ended = drain()
    assert peer.transport.half_closed
    peer.transport.lose(peer.connection)
    reactor.advance_in_steps(0.1, 0.02)
    assert ended
    assert platform.engine.closed


def test_a_drain_reads_nothing_more_answers_what_it_has_taken_and_closes(platform, peer, drain, reactor):
    peer.send(*payments(2))
    ended = drain()
    assert not peer.transport.reading
    reactor.advance_in_steps(1)
    assert not peer.transport.half_closed
    assert not platform.engine.closed, "the engine must not refuse what connections still have"
    platform.answer(which=[0])
    assert not peer.transport.reading, "an answer makes room, but nothing more is taken"
    platform.answer()
    reactor.advance_in_steps(0.1)
    assert peer.codes() == ["00", "00"]
    assert peer.transport.half_closed
    assert not ended
    peer.transport.lose(peer.connection)
    reactor.advance_in_steps(0.1)
    assert ended


def test_what_waits_behind_in_flight_max_is_answered_too(reactor, engine):
    platform = Platform(reactor, engine, in_flight_max=1)
    peer = platform.connect()
    peer.send(*payments(3))
    platform.server.drain(10)
    for _ in range(3):
        platform.answer()
        reactor.advance_in_steps(0.1)
    assert peer.codes() == ["00"] * 3
    assert peer.transport.half_closed


def test_what_a_peer_still_sends_is_read_and_thrown_away_until_it_has_seen_the_end(
    platform, peer, drain, reactor
):
    """A socket that is closed over unread bytes is reset, and a reset may take answers with it."""
    peer.send("payment")
    ended = drain()
    platform.answer()
    reactor.advance_in_steps(0.1)
    assert peer.transport.reading
    peer.send("echo_test", "payment_repeat")
    peer.transport_in(b"garbage")
    assert platform.engine.taken == []
    assert peer.codes() == ["00"]
    assert not peer.transport.disconnecting
    reactor.advance_in_steps(LINGER_S)
    assert peer.transport.disconnecting
    assert not ended


def test_a_connection_that_is_closing_already_is_waited_for_too(platform, peer, drain, reactor):
    platform.clock.advance(SETTINGS.idle_timeout_s)
    platform.link.close_idle()
    ended = drain()
    assert not peer.transport.half_closed
    peer.transport.lose(peer.connection)
    reactor.advance_in_steps(0.1)
    assert ended


def test_what_found_the_engine_full_is_answered_too(reactor, engine):
    engine.room = 1
    platform = Platform(reactor, engine)
    busy, stalled = platform.connect(), platform.connect()
    busy.send(payments(1)[0])
    stalled.send(payments(2)[1])
    platform.server.drain(10)
    platform.answer()
    platform.answer()
    reactor.advance_in_steps(0.1)
    assert (busy.codes(), stalled.codes()) == (["00"], ["00"])


def test_a_drain_ends_at_its_timeout_whatever_happens(platform, peer, drain, reactor, caplog):
    peer.send("payment")
    ended = drain(timeout_s=3)
    reactor.advance_in_steps(2.9)
    assert not peer.transport.disconnecting
    reactor.advance_in_steps(0.2)
    assert peer.transport.disconnected
    assert ended
    assert platform.engine.closed
    assert "cut off" in caplog.text


def test_nothing_in_flight_is_waited_for_once_the_lanes_have_gone(platform, peer, drain, reactor):
    """It can no longer be answered."""
    peer.send(*payments(3))
    platform.server.lanes_gone()
    ended = drain(timeout_s=3600)
    assert peer.transport.half_closed
    reactor.advance_in_steps(LOST_S)
    assert ended
    assert peer.transport.disconnected
    assert platform.engine.join_s <= LOST_S


def test_nor_is_it_by_a_drain_that_has_begun_before(platform, peer, drain, reactor):
    peer.send(*payments(3))
    ended = drain(timeout_s=3600)
    reactor.advance_in_steps(5)
    assert not ended
    platform.server.lanes_gone()
    reactor.advance_in_steps(LOST_S + 0.1)
    assert ended


def test_the_engine_gets_what_is_left_of_the_time_to_end(platform, drain, reactor):
    drain(timeout_s=7)
    assert platform.engine.join_s == 7


def test_a_lane_that_does_not_end_in_time_is_told_of(platform, drain, caplog):
    platform.engine.join = lambda _: False
    assert drain()
    assert "a lane did not end in time" in caplog.text


def test_no_housekeeping_is_left_behind(platform, drain, reactor):
    assert drain()
    assert reactor.getDelayedCalls() == []


def test_bytes_through_a_real_engine_and_back(reactor):
    """Connection, lane and store together, without a thread or a socket."""
    rig = Rig(settings=EngineSettings(queue_max=2, batch_max=2, terms=TERMS))
    delivered = []
    engine = Engine(rig.maker(), delivered.append)
    engine.start = lambda: None
    platform = Platform(reactor, engine, clock=rig.clock)
    peer = platform.connect()
    sent_at = f"{rig.clock.now():%m%d%H%M%S}"
    private = "0030003S-{}0060004T0010061004CASH0062006TELLER"
    requests = [
        request_of(
            "payment",
            de4=f"{bill:010d}00",
            de7=sent_at,
            de11=f"{bill:06d}",
            de48=private.format(bill),
        )
        for bill in range(1, 8)
    ]
    peer.send(*requests)
    assert engine.depth == 2, "the rest waits in the connection"
    while engine.depth:
        run_lanes(engine)
        while delivered:
            platform.server.deliver(delivered.pop(0))
    assert peer.codes() == ["00"] * 7
    assert rig.paid() == {f"S-{bill}" for bill in range(1, 8)}
    assert max(rig.observed.sizes) == 2
    assert set(platform.observed.answers) == {("payment", ResponseCode.APPROVED)}
