"""Prometheus metrics of imports, which are made by commands and counted by servers."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge


class ImportMetrics:
    """Metrics of the watch over imports."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.imports = Gauge(
            "offline_collect_imports",
            "Imports of customers and bills in the store, by state; read every minute. WAITING ones wait for a"
            " second person.",
            ["state"],
            registry=registry,
        )
