"""Metrics of connections that the platform makes to partners."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge


class ConnectMetrics:
    """Whether this server has a link's lease, whether it is connected, and how often that failed."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.connected = Gauge(
            "offline_collect_partner_connected",
            "Whether this server is connected to the partner of a link that connects out (1) or not (0).",
            ["link"],
            registry=registry,
        )
        self.lease_held = Gauge(
            "offline_collect_partner_lease_held",
            "Whether this server has the lease of the connection to a link's partner (1) or not (0).",
            ["link"],
            registry=registry,
        )
        self.failures = Counter(
            "offline_collect_partner_connect_failures",
            "Attempts to connect to a link's partner that failed.",
            ["link"],
            registry=registry,
        )
