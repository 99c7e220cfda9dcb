"""Whose frame is handled next, and for how long at a time."""

import pytest

from offline_collect.server.scheduling.dispatcher import CROWDED_SLICE_S, SLICE_S, TOGETHER_S
from tests.server.rig import payments
from tests.server.scheduling.scenes import SlowTranslator, give_room, payment_in_bytes, payments_from, stans


def test_connections_of_one_institution_take_turns(full):
    hog, small = full.connect(), full.connect()
    hog.send(*payments_from(1, 5))
    small.send(*payments_from(100, 2))
    give_room(full, 6)
    assert stans(full) == ["999000", "000001", "000100", "000002", "000101", "000003"]


def test_institutions_take_turns_whatever_the_number_of_their_connections(platform):
    hogs = [platform.connect() for _ in range(4)]
    other = platform.connect()
    for peer in hogs:
        peer.send(*payments_from(1, 1))
    other.send(*payments_from(2, 1, de32="1234567"))
    platform.answer()
    platform.engine.room = 0
    for nth, peer in enumerate(hogs):
        peer.send(*payments_from(100 * (nth + 1), 3))
    other.send(*payments_from(1, 3, de32="1234567"))
    give_room(platform, 8)
    taken = [work.command.institution for work in platform.engine.taken]
    assert taken.count("1234567") == 3, "one turn in two, until it has nothing left"
    assert taken[:4].count("1234567") >= 1


def test_who_has_not_said_its_institution_takes_turns_by_its_address(platform):
    known = platform.connect("127.0.0.1")
    known.send(*payments_from(1, 1))
    unknown = [platform.connect("127.0.0.2"), platform.connect("127.0.0.2"), platform.connect("127.0.0.3")]
    senders = [peer.connection.sender for peer in (known, *unknown)]
    assert senders == ["institution 12345678", "peer 127.0.0.2", "peer 127.0.0.2", "peer 127.0.0.3"]


def test_an_institution_that_must_sign_on_is_known_once_it_has(make_platform):
    platform = make_platform(sign_on_required=True)
    peer = platform.connect("127.0.0.2")
    peer.send(*payments_from(1, 1))
    assert peer.connection.sender == "peer 127.0.0.2"
    peer.send("sign_on")
    assert peer.connection.sender.startswith("institution ")


def test_a_slice_of_time_a_turn_of_the_reactor(platform, peer, reactor):
    """Decoding takes time; other sockets are read before it goes on."""
    other = platform.connect()
    other.send(*payments_from(100, 1))
    SlowTranslator(platform, SLICE_S / 2)
    peer.send_in_turn(*payments_from(1, 6))
    assert stans(platform)[1:] == ["000001", "000002"]
    other.send_in_turn(*payments_from(101, 1))
    assert len(stans(platform)) == 3, "this turn's time is used up"
    reactor.advance(0)
    assert stans(platform)[3:] == ["000003", "000101", "000004", "000005", "000006"]


def test_a_connections_only_request_does_not_wait_for_the_slice(make_platform):
    platform = make_platform(always_queued=4)
    hog, several, one = (platform.connect() for _ in range(3))
    hog.send(*payments_from(900, 2))
    SlowTranslator(platform, CROWDED_SLICE_S)
    hog.send_in_turn(*payments_from(1, 6))
    several.send_in_turn(*payments_from(100, 2))
    one.send_in_turn(*payments_from(200, 1))
    assert stans(platform)[2:] == ["000001", "000200"], "one has no other requests"
    one.send_in_turn(*payments_from(201, 1))
    assert len(stans(platform)) == 4, "the next one waits for its turn"


def test_a_request_handled_at_once_gives_its_turn_back(make_platform, reactor):
    """Otherwise a later request would use that turn past in_flight_max."""
    platform = make_platform(in_flight_max=1)
    other, peer = platform.connect(), platform.connect()
    SlowTranslator(platform, SLICE_S * 1.1)
    other.send_in_turn(*payments_from(100, 1))
    peer.send(*payments_from(1, 1))
    assert stans(platform) == ["000100"]
    peer.transport_in(payment_in_bytes(2)[:9])
    assert stans(platform) == ["000100", "000001"]
    peer.transport_in(payment_in_bytes(2)[9:])
    reactor.advance(0)
    assert stans(platform) == ["000100", "000001"]
    platform.answer()
    assert stans(platform) == ["000002"]


def test_lone_requests_of_many_connections_share_one_slice(platform, reactor):
    SlowTranslator(platform, SLICE_S * 0.6)
    peers = [platform.connect() for _ in range(4)]
    for peer in peers:
        peer.send_in_turn(*payments_from(1, 1))
    assert len(stans(platform)) == 2
    reactor.advance(0)
    assert len(stans(platform)) == 4


@pytest.mark.parametrize(
    ("next_batches", "decided", "handled"),
    [
        pytest.param(9, 0, 6, id="no more waits than the next batches take"),
        pytest.param(8, 3, 4, id="more waits, and the lanes have less than half of that"),
        pytest.param(8, 4, 2, id="more waits, and the lanes have enough"),
    ],
)
def test_the_slice_is_shorter_while_more_waits_than_the_next_batches_take(
    make_platform, next_batches, decided, handled
):
    """A newcomer's frame is read at the end of a slice, and hogs always have more to handle."""
    platform = make_platform(always_queued=next_batches)
    hog = platform.connect()
    hog.send(*payments_from(100, decided))
    SlowTranslator(platform, CROWDED_SLICE_S * 0.6)
    hog.send_in_turn(*payments_from(1, 9))
    assert len(stans(platform)) == decided + handled


def test_answers_for_a_peer_that_does_not_read_are_not_encoded(platform, peer):
    peer.send(*payments(40))
    peer.transport.producer.pauseProducing()
    platform.answer()
    assert platform.observed.answers == []
    peer.transport.producer.resumeProducing()
    assert peer.codes() == ["00"] * 40


def test_such_answers_are_written_before_the_end(platform, peer):
    peer.send(*payments(3))
    peer.transport.producer.pauseProducing()
    platform.answer()
    peer.connection.finish()
    assert peer.codes() == ["00"] * 3


class Sockets:
    """A reactor whose next look reads what was put on some connections."""

    def __init__(self, platform):
        self._ready = []
        self.doIteration = self._look
        platform.dispatcher.turns.watch(self)

    def _look(self, _delay):
        for peer, stan in self._ready:
            peer.send_in_turn(*payments_from(stan, 1))

    def look(self, *ready):
        self._ready = ready
        self.doIteration(0)


def test_commands_of_sockets_that_are_ready_together_are_sent_together(platform):
    peers = [platform.connect() for _ in range(3)]
    sockets = Sockets(platform)
    sockets.look(*((peer, 100 + nth) for nth, peer in enumerate(peers)))
    assert (len(stans(platform)), platform.engine.flushes) == (3, 1)
    sockets.look((peers[0], 200))
    assert (len(stans(platform)), platform.engine.flushes) == (4, 2), "a single command does not wait"


def test_commands_are_gathered_for_a_short_time_only(platform):
    peers = [platform.connect() for _ in range(3)]
    SlowTranslator(platform, 2 * TOGETHER_S)
    Sockets(platform).look(*((peer, 100 + nth) for nth, peer in enumerate(peers)))
    assert (len(stans(platform)), platform.engine.flushes > len(peers)) == (3, True)


def test_commands_that_come_between_two_looks_are_sent_at_once(platform, peer):
    Sockets(platform)
    before = platform.engine.flushes
    peer.send_in_turn(*payments_from(1, 1))
    assert platform.engine.flushes > before
