"""How many connections a link accepts: in all, from one peer, for one institution."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.server.connections.connection_bounds import ConnectionBounds, Places, Room, counted_as
from tests.server.rig import SETTINGS


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_a_peer_is_an_ipv4_address_or_an_ipv6_network(peer, counted):
    """An IPv6 host may take another address of its network for each connection."""
    assert counted_as(peer) == counted


def test_the_first_bound_that_is_reached_is_named():
    room = Room(4)
    bounds = ConnectionBounds(replace(SETTINGS, connections_max=3, connections_max_per_peer=2), room)
    assert bounds.refusal("10.0.0.1") is None
    bounds.opened("10.0.0.1")
    bounds.opened("10.0.0.1")
    assert bounds.refusal("10.0.0.1") == "connections_max_per_peer"
    assert bounds.refusal("10.0.0.2") is None
    bounds.opened("10.0.0.2")
    assert bounds.refusal("10.0.0.3") == "connections_max"
    bounds.closed("10.0.0.1")
    assert bounds.refusal("10.0.0.1") is None
    room.taken += 2
    assert bounds.refusal("10.0.0.1") == "descriptors"


def test_room_without_a_bound_is_never_full():
    room = Room()
    room.taken = 1_000_000
    assert not room.full


@given(st.integers(1, 3), st.lists(st.tuples(st.booleans(), st.sampled_from("abc"))))
def test_places_are_bounded_for_each_taker_and_forgotten_when_given_back(most, steps):
    places, taken = Places(most), {"a": 0, "b": 0, "c": 0}
    for takes, taker in steps:
        if takes:
            assert places.take(taker) is (taken[taker] < most)
            taken[taker] = min(most, taken[taker] + 1)
        elif taken[taker]:
            places.give_back(taker)
            taken[taker] -= 1
        assert places.full(taker) is (taken[taker] == most)
    assert len(places) == sum(number > 0 for number in taken.values())
