"""A link's settings, as the server needs them (wire.md, Link)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """One listening link.

    Attributes:
        host: address to listen on.
        port: TCP port; 0 takes a free one.
        networks: peers outside them are not let in.
        institutions: DE 32 that may speak here, without leading zeros.
        sign_on_required: whether an institution must sign on before anything else.
        connections_max: the most connections at once.
        in_flight_max: the most unanswered requests of a connection; past it its socket is not read.
        idle_timeout_s: silence after which a connection without open requests is closed.
        request_timeout_ms: a request's deadline.
    """

    name: str
    host: str
    port: int
    networks: tuple[Network, ...]
    institutions: frozenset[str]
    sign_on_required: bool = False
    connections_max: int = 1000
    in_flight_max: int = 512
    idle_timeout_s: int = 300
    request_timeout_ms: int = 10_000

    def admits(self, address: str) -> bool:
        """Whether a peer at ``address`` may connect; an IPv4 peer of an IPv6 socket counts as IPv4."""
        peer = ipaddress.ip_address(address)
        if isinstance(peer, ipaddress.IPv6Address) and peer.ipv4_mapped is not None:
            peer = peer.ipv4_mapped
        return any(peer.version == network.version and peer in network for network in self.networks)
