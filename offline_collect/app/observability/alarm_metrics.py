"""Prometheus metrics of alarms that commands leave in the store."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter


class AlarmMetrics:
    """Metrics of the watch over alarms."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.break_glass = Counter(
            "offline_collect_break_glass",
            "Commands that acted as the system user by --break-glass, since the store was made; read from the"
            " audit trail every minute.",
            registry=registry,
        )
