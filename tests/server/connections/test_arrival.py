"""The time at which data arrived: never later than it was read, and earlier if the arrival is not known."""

import pytest

from offline_collect.server.connections.arrival import Arrivals
from offline_collect.server.scheduling.reactor_turns import ReactorTurns
from tests.fakes.clock import HandClock
from tests.messages.golden import NOW


@pytest.fixture
def clock():
    return HandClock(NOW)


@pytest.fixture
def turns(clock):
    return ReactorTurns(clock)


def test_what_an_idle_reactor_reads_has_just_come(turns, clock):
    turns.ended()
    clock.advance(60)
    assert turns.read_after() == clock.monotonic()


def test_what_is_read_may_have_come_while_the_turn_before_went_on(turns, clock):
    turns.note_work()
    clock.advance(3)
    turns.ended()
    read = clock.monotonic()
    assert turns.read_after() == read - 3
    clock.advance(1)
    assert turns.read_after() == read - 3, "the last socket of this turn was looked at when the first was"


def test_only_the_last_turn_counts(turns, clock):
    turns.note_work()
    clock.advance(3)
    turns.ended()
    turns.ended()
    assert turns.read_after() == clock.monotonic()


def test_a_new_turn_has_its_time_to_spend(turns):
    turns.spent = 0.004
    turns.ended()
    assert turns.spent == 0


def test_a_reactor_that_is_watched_says_when_it_looks(turns, clock):
    class Reactor:
        looked: float | None = None

        def doIteration(self, delay: float) -> None:  # noqa: N802 - Twisted's name
            self.looked = delay

    reactor = Reactor()
    turns.watch(reactor)
    turns.note_work()
    clock.advance(2)
    reactor.doIteration(0.5)
    assert reactor.looked == 0.5
    assert turns.read_after() == clock.monotonic() - 2


def test_what_a_connection_reads_without_a_pause_came_since_the_sockets_were_looked_at():
    assert Arrivals(64).split(b"abc", 7.0) == [(b"abc", 7.0)]


def test_what_the_receive_buffer_held_counts_from_the_pause():
    arrivals = Arrivals(64)
    arrivals.paused(5.0)
    arrivals.resumed(4)
    assert arrivals.split(b"abcdef", 9.0) == [(b"abcd", 5.0), (b"ef", 9.0)]
    assert arrivals.split(b"ghi", 10.0) == [(b"ghi", 10.0)]


def test_it_may_be_read_in_pieces():
    arrivals = Arrivals(64)
    arrivals.paused(5.0)
    arrivals.resumed(4)
    assert arrivals.split(b"abc", 9.0) == [(b"abc", 5.0)]
    assert arrivals.split(b"def", 9.5) == [(b"d", 5.0), (b"ef", 9.5)]


def test_what_was_held_is_never_younger_than_what_is_read():
    arrivals = Arrivals(64)
    arrivals.paused(5.0)
    arrivals.resumed(4)
    assert arrivals.split(b"abcd", 4.5) == [(b"abcd", 4.5)]


def test_what_was_not_read_between_two_pauses_counts_from_the_first():
    arrivals = Arrivals(64)
    arrivals.paused(5.0)
    arrivals.resumed(4)
    arrivals.paused(6.0)
    arrivals.resumed(8)
    assert arrivals.split(b"abcdefgh", 9.0) == [(b"abcdefgh", 5.0)]


def test_the_first_of_several_pauses_counts():
    arrivals = Arrivals(64)
    arrivals.resumed(9)
    arrivals.paused(5.0)
    arrivals.paused(6.0)
    arrivals.resumed(2)
    assert arrivals.split(b"ab", 9.0) == [(b"ab", 5.0)]


def test_a_connection_is_behind_from_its_pause_if_its_receive_buffer_has_filled_up():
    arrivals = Arrivals(64)
    arrivals.paused(5.0)
    arrivals.resumed(32)
    arrivals.paused(6.0)
    arrivals.resumed(64)
    assert arrivals.behind
    assert arrivals.behind_for(7.0) == 2.0
    arrivals.caught_up()
    assert not arrivals.behind
    assert arrivals.behind_for(7.0) == 0


def test_a_peer_that_waits_for_answers_is_not_behind():
    arrivals = Arrivals(64)
    arrivals.paused(5.0)
    arrivals.resumed(31)
    assert not arrivals.behind
