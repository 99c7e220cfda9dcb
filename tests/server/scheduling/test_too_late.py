"""What is refused because it is too late, or would be; what is read meanwhile; from when a deadline counts."""

import socket

from offline_collect.server.scheduling.dispatcher import REFUSING_S
from offline_collect.server.scheduling.refusals import REFUSED_EVERY_S
from tests.server.rig import APPROVED, frame_of, payments
from tests.server.scheduling.scenes import SlowTranslator, give_room, payment_in_bytes, payments_from, stans


def test_what_waits_past_its_deadline_is_taken_out_and_answered_68(full, peer):
    peer.send(*payments_from(1, 3))
    full.clock.advance(9)
    full.dispatcher.sweep()
    assert peer.codes() == []
    full.clock.advance(2)
    full.dispatcher.sweep()
    assert peer.codes() == ["68"] * 3
    assert peer.connection.idle
    give_room(full, 10)
    assert stans(full) == []


def test_what_is_late_at_its_turn_is_not_decided(full, peer):
    peer.send(*payments_from(1, 2))
    full.clock.advance(11)
    give_room(full, 10)
    assert stans(full) == []
    assert peer.codes() == ["68", "68"]


def keep_busy(platform, per_second, seconds=3.0):
    """Have lanes complete so many commands a second while others wait."""
    step = 0.05
    for _ in range(round(seconds / step)):
        platform.clock.advance(step)
        platform.dispatcher._rate.measure(platform.clock.monotonic(), per_second * step, waits=True)
    platform.dispatcher.turns.ended()
    platform.dispatcher.turns.ended()


def test_what_cannot_be_reached_before_its_deadline_gets_68_at_once(make_platform):
    platform = make_platform(request_timeout_ms=1000, always_queued=2)
    platform.engine.room = 0
    hog, small = platform.connect(), platform.connect()
    hog.send(*payments_from(1, 1))
    keep_busy(platform, 20, seconds=0.9)
    hog.send(*payments_from(2, 30))
    assert hog.codes() == ["68"] * 14, "20 a second for 0.8 s are 16 ahead, one of which waits already"
    small.send(*payments_from(100, 1))
    assert small.codes() == [], "its turn comes soon"


def test_who_sends_again_at_every_refusal_waits_for_the_next_ones(make_platform):
    """Otherwise one peer's refusals would take the time of those that are served."""
    platform = make_platform(request_timeout_ms=1000, always_queued=1)
    platform.engine.room = 0
    hog, other = platform.connect(), platform.connect()
    hog.send(*payments_from(1, 1))
    keep_busy(platform, 0.1, seconds=0.9)
    platform.dispatcher.sweep()
    hog.send(*payments_from(2, 9))
    assert hog.codes() == ["68"] * 8, "the first ones at once"
    hog.send(*payments_from(11, 5))
    assert hog.codes() == []
    other.send(*payments_from(100, 2))
    assert other.codes() == ["68"], "others' do not wait for it"
    platform.clock.advance(REFUSED_EVERY_S - 0.01)
    platform.dispatcher.sweep()
    assert hog.codes() == ["68"], "its first payment, which is late by now"
    platform.clock.advance(0.02)
    platform.dispatcher.sweep()
    assert hog.codes() == ["68"] * 5


def test_refusals_that_wait_are_written_before_the_end(make_platform):
    platform = make_platform(request_timeout_ms=1000, always_queued=0)
    peer = platform.connect()
    keep_busy(platform, 0.1, seconds=0.9)
    peer.send(*payments_from(1, 3))
    assert peer.codes() == ["68"] * 2
    peer.send(*payments_from(4, 5))
    assert peer.codes() == []
    platform.server.lanes_gone()
    platform.server.drain(3600)
    assert peer.transport.half_closed
    assert peer.codes() == ["68"] * 4, "one is at the lanes"


def test_refusals_leave_time_for_the_rest_of_a_turn(make_platform, reactor):
    platform = make_platform(request_timeout_ms=1000, always_queued=0)
    platform.engine.room = 0
    hogs = [platform.connect() for _ in range(3)]
    hogs[0].send(*payments_from(1, 1))
    keep_busy(platform, 0.1, seconds=0.9)
    SlowTranslator(platform, REFUSING_S * 1.6)
    for hog in hogs:
        hog.connection.dataReceived(frame_of(payments_from(2, 1)[0]))
    refused = [hog.codes() for hog in hogs]
    assert refused.count(["68"]) == 2, "the third would begin after the slice"
    reactor.advance(0)
    refused += [hog.codes() for hog in hogs]
    assert refused.count(["68"]) == 3


def test_so_do_the_refusals_of_one_connection_with_many_frames(make_platform, reactor):
    platform = make_platform(request_timeout_ms=1000, always_queued=1)
    hog = platform.connect()
    keep_busy(platform, 0.1, seconds=0.9)
    SlowTranslator(platform, REFUSING_S * 0.6)
    hog.send_in_turn(*payments_from(1, 20))
    assert hog.codes() == ["68"] * 2
    assert stans(platform) == ["000001", "000002"]
    hog.send_in_turn(*payments_from(21, 5))
    for _ in range(30):
        reactor.advance(0)
    assert hog.codes() == ["68"] * 16, "those that came since the first refusals wait for the sweep"


def test_a_connection_with_many_frames_to_refuse_is_not_read(make_platform):
    """Otherwise a peer that sends faster than it is refused would fill the memory."""
    platform = make_platform(in_flight_max=4, request_timeout_ms=1000, always_queued=0)
    platform.engine.room = 0
    hog = platform.connect()
    hog.transport.getHandle = lambda: Held(40_000)
    hog.send(*payments_from(1, 1))
    keep_busy(platform, 0.1, seconds=0.9)
    platform.dispatcher.sweep()
    hog.send(*payments_from(2, 3))
    assert hog.codes() == ["68"] * 3
    hog.send(*payments_from(5, 4))
    assert not hog.transport.reading
    platform.clock.advance(0.1)
    platform.dispatcher.sweep()
    assert not hog.transport.reading, "4 frames wait for their refusal"
    platform.clock.advance(0.1)
    platform.dispatcher.sweep()
    assert hog.codes() == ["68"] * 5, "with the first payment, which is late by now"
    assert hog.transport.reading, "it has been behind for an eighth of the deadline"


def test_a_sender_that_does_not_wait_for_refusals_is_read_as_fast_as_it_sends(make_platform, reactor):
    """Its frames would be paid long after it has given up."""
    platform = make_platform(request_timeout_ms=4000, always_queued=0)
    platform.engine.room = 100
    sender, held = platform.connect(), Held(0)
    sender.transport.getHandle = lambda: held
    each, unread = len(payment_in_bytes(1)), 0
    for _ in range(500):
        platform.clock.advance(0.02)
        unread += 60
        while sender.transport.reading and unread:
            read = min(unread, 180)
            unread -= read
            held.size = min(unread * each, 32_768)
            sender.connection.dataReceived(payment_in_bytes(1) * read)
        reactor.advance(0.02)
        platform.answer(which=range(min(10, len(platform.engine.taken))))
    assert unread < 3000, "a second's frames; an eighth of the deadline is half of that"


def test_a_few_ahead_are_always_waited_for(make_platform):
    platform = make_platform(request_timeout_ms=1000, always_queued=4)
    platform.engine.room = 0
    peer = platform.connect()
    peer.send(*payments_from(1, 1))
    keep_busy(platform, 0.1, seconds=0.9)
    peer.send(*payments_from(2, 9))
    assert len(peer.codes()) == 5


def test_an_echo_is_answered_even_then(make_platform):
    platform = make_platform(request_timeout_ms=1000, always_queued=0)
    platform.engine.room = 0
    peer = platform.connect()
    peer.send(*payments_from(1, 1))
    keep_busy(platform, 0.1, seconds=0.9)
    peer.send("echo_test", "payment_repeat", payments_from(2, 1)[0])
    assert peer.codes() == ["00", "68", "68"]


def test_past_queue_max_a_connection_is_read_only_with_less_than_its_share(make_platform):
    platform = make_platform(queue_max=4)
    platform.engine.room = 0
    hog = platform.connect()
    hog.send(*payments_from(1, 6))
    assert not hog.transport.reading
    small = platform.connect()
    small.send(*payments_from(100, 1))
    assert small.transport.reading
    give_room(platform, 7)
    assert hog.transport.reading


def test_a_decided_command_gets_its_true_answer_however_late(platform, peer):
    peer.send(*payments(1))
    platform.clock.advance(60)
    platform.dispatcher.sweep()
    assert peer.codes() == []
    platform.answer(APPROVED)
    assert peer.codes() == ["00"]


def test_the_deadline_counts_from_the_pause_for_what_was_held(make_platform):
    platform = make_platform(in_flight_max=1)
    peer = platform.connect()
    peer.transport.getHandle = lambda: Held(len(frame))
    frame = payment_in_bytes(2)
    peer.send(*payments_from(1, 1))
    paused = platform.clock.monotonic()
    platform.clock.advance(4)
    platform.answer()
    peer.transport_in(frame)
    (work,) = platform.engine.taken
    assert work.deadline == paused + 10


def test_a_connection_that_stays_behind_is_read_on_until_it_has_caught_up(make_platform):
    """The server cannot see requests that wait at the sender; they must be answered soon after the deadline."""
    platform = make_platform(in_flight_max=2, request_timeout_ms=8000)
    peer = platform.connect()
    held = Held(40_000)
    peer.transport.getHandle = lambda: held
    peer.send(*payments_from(1, 2))
    platform.answer(which=[0])
    peer.send(*payments_from(3, 1))
    assert not peer.transport.reading
    platform.clock.advance(0.9)
    platform.dispatcher.sweep()
    assert not peer.transport.reading
    platform.clock.advance(0.2)
    platform.answer(which=[0])
    peer.send(*payments_from(4, 3))
    assert peer.transport.reading, "past in_flight_max"
    held.size = 0
    platform.clock.advance(0.2)
    platform.dispatcher.sweep()
    assert not peer.transport.reading, "it has caught up"


class Held:
    """A socket whose receive buffer holds some bytes."""

    def __init__(self, size):
        self.size = size

    def recv(self, most, flags):
        assert flags == socket.MSG_PEEK
        return bytes(min(self.size, most))


def test_a_socket_that_cannot_be_asked_holds_nothing():
    from offline_collect.server.connections.receive_buffer import held_bytes  # noqa: PLC0415

    class Broken:
        def recv(self, *_):
            raise BlockingIOError

    class Transport:
        def getHandle(self):  # noqa: N802 - Twisted's name
            return Broken()

    assert held_bytes(Transport()) == 0


def test_the_listening_socket_gets_a_small_receive_buffer(make_platform, reactor):
    make_platform(receive_buffer_bytes=8192)
    assert reactor.listening.socket.options == {(socket.SOL_SOCKET, socket.SO_RCVBUF): 8192}
