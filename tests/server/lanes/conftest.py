"""Pairs of sockets between a server and its lanes, and the server's side of them."""

import socket
from operator import itemgetter

import pytest

from offline_collect.engine import lane_names
from tests.engine.rig import Rig
from tests.server.lanes.near import Near


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
