"""A link's settings, as the server needs them (wire.md, Link)."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """TLS of one link; files are in PEM form.

    Attributes:
        certificate: file of the platform's certificate, followed by those between it and its root.
        key: file of its private key, without a password.
        client_ca: file of the certificates that peers' ones must be signed by; None asks for none.
        clients: by institution, the names of its certificates in lower case; see
            :func:`offline_collect.server.tls.certificates.names_of`. Empty: every certificate that
            ``client_ca`` has signed may speak for all institutions of the link.
        minimum: least version, ``1.2`` or ``1.3``.
        warn_days: how long before its end operators are told of a certificate.
    """

    certificate: str
    key: str
    client_ca: str | None = None
    clients: Mapping[str, frozenset[str]] = field(default_factory=dict)
    minimum: str = "1.2"
    warn_days: int = 30


@dataclass(frozen=True, slots=True)
class ThrottleSettings:
    """What a link's senders may do at most; None: no bound.

    Attributes:
        requests_per_s: of the whole link.
        institution_requests_per_s: of one institution on it.
        terminal_requests_per_s: of one terminal.
        terminal_misses_per_minute: lookups and payments of a terminal that name no customer and no bill: with more
            their answers are held back, with twice as many the terminal is refused.
        institution_misses_per_minute: likewise of all terminals of an institution; then its lookups are refused.
    """

    requests_per_s: int | None = None
    institution_requests_per_s: int | None = None
    terminal_requests_per_s: int | None = None
    terminal_misses_per_minute: int | None = 30
    institution_misses_per_minute: int | None = 1200


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """One listening link.

    Attributes:
        host: address to listen on.
        port: TCP port; 0 takes a free one.
        networks: peers outside them are not let in.
        institutions: DE 32 that may speak here, without leading zeros.
        sign_on_required: whether an institution must sign on first.
        connections_max: the most connections at once.
        connections_max_per_peer: the most of one peer, an IPv4 address or an IPv6 /64.
        connections_max_per_institution: the most on which one institution is served.
        in_flight_max: the most unanswered requests of a connection; past it its socket is not read.
        idle_timeout_s: silence after which a connection without open requests is closed.
        frame_timeout_s: a frame that has begun must be whole within it.
        sign_on_timeout_s: where sign-on is required, it must come within it.
        request_timeout_ms: a request's deadline.
        receive_buffer_bytes: how much may wait in a connection's socket before it is read.
        tls: None where the link is not encrypted.
        throttle: what its senders may do at most.
        skew_s: a request whose DE 7 is further from the time it came is told and counted.
        cutover_notice: whether its front end is told when a business day opens.
    """

    name: str
    host: str
    port: int
    networks: tuple[Network, ...]
    institutions: frozenset[str]
    sign_on_required: bool = False
    connections_max: int = 1000
    connections_max_per_peer: int = 250
    connections_max_per_institution: int = 250
    in_flight_max: int = 512
    idle_timeout_s: int = 300
    frame_timeout_s: int = 30
    sign_on_timeout_s: int = 30
    request_timeout_ms: int = 10_000
    receive_buffer_bytes: int = 32_768
    tls: TlsSettings | None = None
    throttle: ThrottleSettings = ThrottleSettings()
    cutover_notice: bool = False
    skew_s: int = 60

    def admits(self, address: str) -> bool:
        """Whether a peer at ``address`` may connect; an IPv4 peer of an IPv6 socket counts as IPv4."""
        peer = peer_address(address)
        return any(peer.version == network.version and peer in network for network in self.networks)


def peer_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return a peer's address; an IPv4 peer of an IPv6 socket has an IPv4 address."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
