"""Pairs of sockets between a server and its lanes, and the server's side of them."""

import socket
import threading
from operator import itemgetter

import pytest

from offline_collect.engine import lane_names
from offline_collect.server.lanes.lane_process import host_lanes
from tests.engine.rig import Rig
from tests.server.lanes.near import WITHIN_S, Near, maker_of


@pytest.fixture
def rig():
    return Rig()


@pytest.fixture
def pairs(rig):
    made = lane_names(rig.settings).map(lambda _: socket.socketpair())
    yield made
    for near, far in made:
        near.close()
        far.close()


@pytest.fixture
def near_ends(pairs):
    return pairs.map(itemgetter(0))


@pytest.fixture
def far_ends(pairs):
    return pairs.map(itemgetter(1))


@pytest.fixture
def near(near_ends):
    return Near(near_ends)


@pytest.fixture
def far(near_ends, far_ends, rig):
    """The other side: real lanes over the store in memory."""
    thread = threading.Thread(target=host_lanes, args=(far_ends, maker_of(rig)), daemon=True)
    thread.start()
    yield thread
    for end in near_ends:
        end.close()
    thread.join(WITHIN_S)
    assert not thread.is_alive()
