"""Leases: one server at a time, though clocks differ and stores stop answering."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.leases import (
    HOLDER_STOPS_AFTER,
    LIFE,
    LeaseRow,
    LeaseStanding,
    LeaseState,
    after_time,
    after_turn,
    may_write,
)

FREE = LeaseRow(holder=None, beat=0)
OTHERS = LeaseRow(holder="b", beat=7)
OWN = LeaseRow(holder="a", beat=3)
NEW = LeaseStanding("a", 10.0)


def watching(row, since=100.0):
    return replace(NEW, seen=row, since=since)


def holding(row=OWN, since=100.0):
    return replace(watching(row, since), state=LeaseState.HELD)


def test_a_server_that_has_not_looked_writes_nothing():
    assert not may_write(NEW, 1e9)


def test_a_lease_that_was_given_back_is_taken_at_once():
    assert may_write(watching(FREE), 100.0)


def test_a_servers_own_lease_is_taken_at_once():
    assert may_write(watching(OWN), 100.0)
    assert may_write(holding(), 100.0)


@pytest.mark.parametrize(("now", "may"), [(100.0, False), (109.9, False), (110.0, True)])
def test_another_servers_lease_is_taken_once_it_has_not_moved_for_its_whole_time(now, may):
    assert may_write(watching(OTHERS), now) is may


def test_a_lease_that_moves_starts_the_time_again():
    moved = after_turn(watching(OTHERS), replace(OTHERS, beat=8), wrote=False, begun=109.0, ended=109.5)
    assert moved == watching(replace(OTHERS, beat=8), since=109.5)
    assert after_turn(moved, moved.seen, wrote=False, begun=112.0, ended=112.1) == moved


def test_a_lease_that_was_written_is_held_from_before_the_write():
    assert after_turn(watching(FREE), OWN, wrote=True, begun=120.0, ended=129.0) == holding(since=120.0)
    assert after_turn(holding(), OWN, wrote=True, begun=120.0, ended=129.0) == holding(since=120.0)


def test_a_lease_that_another_has_written_is_lost():
    assert after_turn(holding(), OTHERS, wrote=False, begun=120.0, ended=121.0) == watching(
        OTHERS, since=121.0
    )


def test_a_renewal_that_was_reported_as_failed_counts_from_the_one_before():
    later = replace(OWN, beat=4)
    assert after_turn(holding(), later, wrote=False, begun=105.0, ended=106.0) == holding(later, since=100.0)


def test_a_holder_that_cannot_renew_stops_before_another_may_take_over():
    assert after_time(holding(), 107.4) == holding()
    assert after_time(holding(), 107.5).state is LeaseState.WATCHING
    assert after_time(watching(OTHERS), 1e9) == watching(OTHERS)


def test_every_event_changes_one_state_into_one():
    assert {before for before, _ in LIFE.values()} == set(LeaseState)


class _Server:
    """A server with a clock of its own, whose answers from the store may be late or lost."""

    def __init__(self, name, offset):
        self.standing = LeaseStanding(name, 10.0)
        self.offset = offset

    def turn(self, row, now, takes, lost):
        """Look at the row, and return it as it is afterwards."""
        begun = now + self.offset
        wrote = may_write(self.standing, begun) and self.standing.seen == row
        after = LeaseRow(holder=self.standing.server, beat=row.beat + 1) if wrote else row
        if not lost:
            self.standing = after_turn(self.standing, after, wrote=wrote, begun=begun, ended=begun + takes)
        return after

    def holds(self, now):
        self.standing = after_time(self.standing, now + self.offset)
        return self.standing.state is LeaseState.HELD


TURN = st.tuples(st.integers(0, 2), st.floats(0.1, 6.0), st.floats(0.0, 3.0), st.booleans())


@given(st.lists(TURN, max_size=60), st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3))
def test_two_servers_never_hold_one_lease(turns, offsets):
    servers = [_Server(name, offset) for name, offset in zip("abc", offsets, strict=True)]
    row, now = FREE, 0.0
    for which, pause, takes, lost in turns:
        row = servers[which].turn(row, now, takes, lost)
        now += takes
        assert sum(server.holds(now) for server in servers) <= 1
        now += pause
        assert sum(server.holds(now) for server in servers) <= 1


def test_the_holders_margin_is_less_than_the_lease():
    assert 0 < HOLDER_STOPS_AFTER < 1
