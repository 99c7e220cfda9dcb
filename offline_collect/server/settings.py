"""A link's settings for the server (docs/configuration.md, Settings)."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """TLS of one link; files are in PEM form.

    Attributes:
        certificate: file of the platform's certificate, followed by its intermediate certificates.
        key: file of its private key, without a password.
        client_ca: file of the certificates that sign peers' certificates; None requires no client certificates.
        clients: by institution, the names of its certificates in lower case; see
            :func:`offline_collect.server.tls.certificates.names_of`. Empty: every certificate that
            ``client_ca`` has signed may act for all institutions of the link.
        minimum: minimum version, ``1.2`` or ``1.3``.
        warn_days: how many days before a certificate's end operators are warned.
    """

    certificate: str
    key: str
    client_ca: str | None = None
    clients: Mapping[str, frozenset[str]] = field(default_factory=dict)
    minimum: str = "1.2"
    warn_days: int = 30


@dataclass(frozen=True, slots=True)
class ThrottleSettings:
    """Limits for a link's senders; None for no limit.

    Attributes:
        requests_per_s: of the whole link.
        institution_requests_per_s: of one institution on it.
        terminal_requests_per_s: of one terminal.
        terminal_misses_per_minute: lookups and payments of a terminal that find no customer and no bill. Above
            this their answers are held back; at twice as many the terminal is refused.
            institution_misses_per_minute: likewise for all terminals of an institution; then its lookups are refused.
    """

    requests_per_s: int | None = None
    institution_requests_per_s: int | None = None
    terminal_requests_per_s: int | None = None
    terminal_misses_per_minute: int | None = 30
    institution_misses_per_minute: int | None = 1200


@dataclass(frozen=True, slots=True)
class PartnerSettings:
    """A partner that listens, and to which the platform connects.

    Attributes:
        host: its name or address.
        timeout_s: how long one attempt may take.
        retry_max_s: the longest wait between two attempts.
        lease_s: how long a server holds the connection without renewing its lease.
    """

    host: str
    port: int
    timeout_s: int = 10
    retry_max_s: int = 60
    lease_s: int = 10

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """One link: it listens, or connects to a partner that does.

    Attributes:
        host: address to listen on.
        port: TCP port; 0 for any free port.
        networks: the networks of admitted peers.
        institutions: the admitted values of DE 32, without leading zeros.
        sign_on_required: whether an institution must sign on first.
        connections_max: the maximum of connections at the same time.
        connections_max_per_peer: the maximum for one peer, an IPv4 address or an IPv6 /64.
        connections_max_per_institution: the maximum of connections that serve one institution.
        in_flight_max: the maximum of unanswered requests of a connection; at it the socket is not read.
        idle_timeout_s: silence after which a connection without open requests is closed.
        frame_timeout_s: the time limit to complete a frame that has begun.
        sign_on_timeout_s: the time limit for a sign-on, if sign-on is required.
        request_timeout_ms: a request's deadline.
        receive_buffer_bytes: how many unread bytes a connection's socket may hold.
        tls: None if the link is not encrypted.
        throttle: the limits for its senders.
        skew_s: a request whose DE 7 differs by more than this from its arrival is logged and counted.
        cutover_notice: whether its front end is notified when a business day opens.
        test: whether it is a link for tests.
        live: whether the bank collects real money: then a link for tests takes no payments.
        connect: the partner to connect to; then the link does not listen. None: it listens.
        zone: the time zone of people, for the log.
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
    test: bool = False
    live: bool = False
    connect: PartnerSettings | None = None
    zone: dt.tzinfo = dt.UTC

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
