"""Lanes in another process: both sides of the socket pairs, with the lanes' side on separate threads."""

import select
import socket
import threading
from dataclasses import replace
from operator import itemgetter

from offline_collect.domain.ports import Cause
from offline_collect.engine import NO_ORIGIN, EngineSettings, Origin, lane_names, unavailable
from offline_collect.server.lanes.lane_process import host_lanes
from offline_collect.server.lanes.parcels import Unsealer, seal
from offline_collect.server.lanes.remote_lane import SILENT_S
from tests.engine.rig import Rig
from tests.fakes.bank import DAY, TERMS
from tests.messages.commands import Terminal
from tests.server.lanes.near import WITHIN_S, Near, maker_of

FULL = 40
TERMINALS = [Terminal(f"TERM{nth:04d}") for nth in range(16)]


def submit(lanes, rig, *bills, deadline=None, origin=NO_ORIGIN):
    until = rig.clock.monotonic() + 10 if deadline is None else deadline
    return [lanes.submit(rig.payment(bill), until, bill, origin) for bill in bills]


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


def test_lookups_have_a_socket_of_their_own(near, far, rig):
    lookup = rig.terminal.lookup(rig.clock.now(), "SCHOOL01", bill_no="S-1")
    assert near.lanes.submit(lookup, rig.clock.monotonic() + 10, "looked up", NO_ORIGIN)
    near.lanes.flush()
    near.turn_until(lambda: len(near.outcomes) == 1)
    assert near.answered() == {"looked up": "APPROVED"}
    assert {lane for lane, *_ in near.observed.batches} == {"read-0"}


def test_nothing_goes_out_before_the_flush(near, far_ends, rig):
    (write,) = far_ends.write
    submit(near.lanes, rig, 1, 2)
    assert not select.select([write], [], [], 0)[0]
    near.lanes.flush()
    (handed_in,) = Unsealer().feed(write.recv(1 << 16))
    assert [number for number, *_ in handed_in] == [0, 1]


def test_what_lanes_observe_is_told_on_this_side(near, far, rig):
    submit(near.lanes, rig, 1, 2)
    near.lanes.flush()
    near.turn_until(lambda: len(near.outcomes) == 2)
    assert sum(size for _, size, _ in near.observed.batches) == 2
    assert {lane for lane, *_ in near.observed.batches} == {"write-0"}


def test_no_more_than_open_max_are_out_at_one_lane_at_once(near_ends, rig):
    near = Near(near_ends, open_max=2)
    assert submit(near.lanes, rig, 1, 2, 3) == [True, True, False]
    lookup = rig.terminal.lookup(rig.clock.now(), "SCHOOL01", bill_no="S-1")
    assert near.lanes.submit(lookup, 10.0, "another lane's", NO_ORIGIN)


def test_a_full_lane_takes_the_first_command_of_a_connection_that_has_none_open(near_ends, far_ends, rig):
    near = Near(near_ends, open_max=2)
    hog, other = Origin("bank", 1), Origin("bank", 2)
    assert submit(near.lanes, rig, 1, 2, 3, origin=hog) == [True, True, False]
    assert submit(near.lanes, rig, 4, 5, origin=other) == [True, False]
    near.lanes.flush()
    _answer(far_ends.write[0], 2)
    near.turn_until(lambda: len(near.outcomes) == 1)
    assert submit(near.lanes, rig, 3, origin=hog) == [False]
    assert submit(near.lanes, rig, 5, 6, origin=other) == [True, False]


def _answer(end, *numbers):
    """Answer commands by their numbers, as a lane does."""
    end.sendall(seal(([(number, None) for number in numbers], None, [])))


def test_what_waits_past_its_deadline_is_answered_by_the_other_side(near, far, rig):
    submit(near.lanes, rig, 1, deadline=rig.clock.monotonic() - 1)
    near.lanes.flush()
    near.turn_until(lambda: bool(near.outcomes))
    assert near.answered() == {1: "TOO_LATE"}
    assert rig.paid() == set()


def test_what_waits_behind_a_lane_that_is_held_up_is_answered_68_meanwhile(near, far, rig):
    """Only the sweep reads a busy lane's socket."""
    held, goes_on = threading.Event(), threading.Event()
    rig.store.before_writes.append(lambda: (held.set(), goes_on.wait(WITHIN_S)))
    submit(near.lanes, rig, 1)
    near.lanes.flush()
    assert held.wait(WITHIN_S)
    submit(near.lanes, rig, 2, deadline=rig.clock.monotonic() - 1)
    submit(near.lanes, rig, 3)
    near.lanes.flush()
    near.turn_until(lambda: bool(near.outcomes))
    assert near.answered() == {2: "TOO_LATE"}
    goes_on.set()
    near.turn_until(lambda: len(near.outcomes) == 3)
    assert near.answered() == {1: "APPROVED", 2: "TOO_LATE", 3: "APPROVED"}


def test_every_lane_can_be_asked_whether_it_serves(near, far, rig):
    assert near.lanes.names == ["write-0", "read-0"]
    for name in near.lanes.names:
        assert near.lanes.check(name, rig.clock.monotonic() + 10, name)
    near.turn_until(lambda: len(near.outcomes) == 2)
    assert near.answered() == {"write-0": "APPROVED", "read-0": "APPROVED"}


def test_a_full_lane_is_asked_all_the_same_and_one_that_ends_is_not(near_ends, far_ends, rig):
    near = Near(near_ends, open_max=1)
    submit(near.lanes, rig, 1)
    assert near.lanes.check("write-0", 10.0, "asked")
    for end in far_ends:
        end.close()
    near.turn_to_the_end()
    assert near.answered() == {1: None, "asked": None}
    assert not near.lanes.check("write-0", 10.0, "asked again")


def test_commands_of_a_process_that_has_fallen_silent_are_refused(near_ends, rig):
    """The other end does not read: earlier commands stay open, new commands are refused."""
    near = Near(near_ends)
    payment = rig.payment(1)
    lookup = rig.terminal.lookup(rig.clock.now(), "SCHOOL01", bill_no="S-1")
    near.lanes.check("write-0", 1.5, "asked")
    near.clock.advance(SILENT_S - 0.01)
    assert near.lanes.refusal(payment) is None
    near.clock.advance(0.01)
    assert near.lanes.refusal(payment) == unavailable(Cause.LANES)
    assert near.lanes.refusal(lookup) is None, "the other lane is not silent"


def test_they_are_taken_again_once_it_answers(near, far, rig):
    near.lanes.check("write-0", rig.clock.monotonic() + 1.5, "asked")
    near.clock.advance(SILENT_S)
    near.turn_until(lambda: bool(near.outcomes))
    assert near.lanes.refusal(rig.payment(1)) is None


def test_an_outage_is_told_on_this_side(near, far, rig):
    rig.store.faults.unavailable = True
    submit(near.lanes, rig, 1)
    near.lanes.flush()
    near.turn_until(lambda: bool(near.outcomes))
    assert near.observed.outages == [("write-0", Cause.UNREACHABLE)]


def test_the_end_comes_when_all_is_answered(near, far, rig):
    submit(near.lanes, rig, 1, 2)
    near.lanes.close()
    assert submit(near.lanes, rig, 3) == [False]
    near.turn_to_the_end()
    assert near.answered() == {1: "APPROVED", 2: "APPROVED"}
    assert near.lanes.join(0)
    assert near.losses == 0


def test_an_end_that_nobody_asked_for_leaves_silence_and_is_told_once(near, far_ends, rig):
    submit(near.lanes, rig, 1, 2)
    near.lanes.flush()
    for end in far_ends:
        end.close()
    near.turn_to_the_end()
    assert near.answered() == {1: None, 2: None}
    assert near.losses == 1
    assert submit(near.lanes, rig, 3) == [False]
    near.lanes.flush()
    near.lanes.close()
    assert near.lanes.join(0)


def test_one_lane_that_ends_alone_is_a_loss_of_all(near, far_ends, rig):
    far_ends.read[0].close()
    near.turn_until(lambda: near.losses == 1)
    assert submit(near.lanes, rig, 1) == [False]
    assert not near.lanes.join(0), "the other lane still has to end"


def test_a_failing_descriptor_is_an_end(near, rig):
    submit(near.lanes, rig, 1)
    for lane in list(near.reactor.readers):
        lane.connectionLost(None)
        lane.connectionLost(None)
    assert near.answered() == {1: None}
    assert near.losses == 1


def test_the_reactors_own_end_is_no_loss(near, rig):
    submit(near.lanes, rig, 1)
    near.reactor.running = False
    for lane in list(near.reactor.readers):
        lane.connectionLost(None)
    assert near.answered() == {1: None}
    assert near.losses == 0


def test_what_the_socket_has_no_room_for_is_sent_later(near, far_ends, rig):
    """The other end does not read at first; nothing is lost, and the end waits until everything is sent."""
    long = replace(rig.payment(1), journal="x" * 100_000)
    for nth in range(FULL):
        assert near.lanes.submit(long, 10.0, nth, NO_ORIGIN)
        near.lanes.flush()
    (writer,) = near.reactor.writers
    near.lanes.close()
    assert near.reactor.writers == {writer}, "closed, but not sent yet"
    unsealer = Unsealer()
    arrived = []
    while data := far_ends.write[0].recv(1 << 20):
        arrived += [number for handed_in in unsealer.feed(data) for number, *_ in handed_in]
        if near.reactor.writers:
            writer.doWrite()
    assert arrived == list(range(FULL))
    assert not near.reactor.writers


def test_nothing_to_read_is_no_end(near):
    readers = list(near.reactor.readers)
    assert len(readers) == 2
    for lane in readers:
        lane.doRead()
        assert (lane.logPrefix(), lane.fileno() > 0) == ("lanes", True)
    near.lanes.sweep()
    assert len(near.reactor.readers) == 2
    assert near.losses == 0


def test_a_batch_of_a_server_that_has_gone_stays_decided(near_ends, far_ends, rig, caplog):
    """The server's process is killed during a command: the lanes end, and decided commands stay in force."""
    gone = threading.Event()
    rig.store.before_writes.append(lambda: ([end.close() for end in near_ends], gone.set()))
    near = Near(near_ends)
    submit(near.lanes, rig, 1)
    near.lanes.flush()
    host_lanes(far_ends, maker_of(rig))
    assert gone.is_set()
    assert rig.paid() == {"S-1"}


def test_terminals_are_spread_over_the_lanes_and_keep_theirs():
    rig = Rig(settings=EngineSettings(write_lanes=2, read_lanes=1, terms=TERMS))
    pairs = lane_names(rig.settings).map(lambda _: socket.socketpair())
    near = Near(pairs.map(itemgetter(0)))
    far = threading.Thread(target=host_lanes, args=(pairs.map(itemgetter(1)), maker_of(rig)), daemon=True)
    far.start()
    deadline = rig.clock.monotonic() + 10
    for bill, terminal in enumerate(TERMINALS * 2, 1):
        assert near.lanes.submit(rig.payment(bill, terminal=terminal), deadline, bill, NO_ORIGIN)
    near.lanes.close()
    near.turn_to_the_end()
    far.join(WITHIN_S)
    assert {outcome.answer.code.value for outcome in near.outcomes} == {"APPROVED"}
    assert {lane for lane, *_ in near.observed.batches} == {"write-0", "write-1"}
    assert len(rig.paid()) == len(TERMINALS) * 2
