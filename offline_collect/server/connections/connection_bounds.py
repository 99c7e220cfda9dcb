"""Limits on a link's connections: in total, from one peer, for one institution. Counting only."""

from __future__ import annotations

import ipaddress
from collections import Counter

from offline_collect.server.settings import LinkSettings, peer_address

PEER_BITS = 64
"""Bits of an IPv6 address that a network assigns to a host; the host may choose the rest at each connection."""


class Room:
    """The limit on the connections of all links together.

    Attributes:
        most: the limit; None for no limit.
        taken: the present number.
    """

    def __init__(self, most: int | None = None) -> None:
        self.most = most
        self.taken = 0

    @property
    def full(self) -> bool:
        """Whether no more fit."""
        return self.most is not None and self.taken >= self.most


class Places:
    """A limited number of places for each of several takers."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[str] = Counter()

    def full(self, taker: str) -> bool:
        """Whether a taker has all its places."""
        return self._taken[taker] >= self._most

    def take(self, taker: str) -> bool:
        """Take a place; return False if the taker has all its places."""
        if self.full(taker):
            return False
        self._taken[taker] += 1
        return True

    def give_back(self, taker: str) -> None:
        """Return a place."""
        self._taken[taker] -= 1
        if not self._taken[taker]:
            del self._taken[taker]

    def __len__(self) -> int:
        """How many takers have places."""
        return len(self._taken)


class ConnectionBounds:
    """Counts the connections of one link.

    Attributes:
        institutions: the places of each institution, one for each connection that serves it.
    """

    def __init__(self, settings: LinkSettings, room: Room) -> None:
        self._most = settings.connections_max
        self._taken = 0
        self._room = room
        self._peers = Places(settings.connections_max_per_peer)
        self.institutions = Places(settings.connections_max_per_institution)

    def refusal(self, peer: str) -> str | None:
        """Return the bound that a connection of ``peer`` would exceed."""
        if self._taken >= self._most:
            return "connections_max"
        if self._peers.full(counted_as(peer)):
            return "connections_max_per_peer"
        if self._room.full:
            return "descriptors"
        return None

    def opened(self, peer: str) -> None:
        """Add a connection to the counts."""
        self._taken += 1
        self._room.taken += 1
        self._peers.take(counted_as(peer))

    def closed(self, peer: str) -> None:
        """Remove a connection from the counts."""
        self._taken -= 1
        self._room.taken -= 1
        self._peers.give_back(counted_as(peer))


def counted_as(peer: str) -> str:
    """Return the key that counts a peer's connections: its IPv4 address, or its IPv6 network."""
    address = peer_address(peer)
    if isinstance(address, ipaddress.IPv6Address):
        bits = int(address) >> (address.max_prefixlen - PEER_BITS) << (address.max_prefixlen - PEER_BITS)
        return f"{ipaddress.IPv6Address(bits)}/{PEER_BITS}"
    return str(address)
