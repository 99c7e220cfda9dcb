"""Prometheus metrics of causes that prevent decisions on commands."""

from __future__ import annotations

from collections.abc import Collection

from prometheus_client import CollectorRegistry, Gauge

from offline_collect.domain.ports import Cause


class OutageMetrics:
    """Metrics of the lanes' outages and of the readiness check."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._outage = Gauge(
            "offline_collect_outage",
            "1 while a lane's commands get 91 at once because of this cause.",
            ["lane", "cause"],
            registry=registry,
        )
        self._unready = Gauge(
            "offline_collect_unready",
            "1 while requests cannot be served because of this cause, as /readyz says.",
            ["cause"],
            registry=registry,
        )
        self._causes: set[str] = set()

    def outage(self, lane: str, cause: Cause | None) -> None:
        """Show a lane's cause; None clears it."""
        for known in Cause:
            self._outage.labels(lane, known.value).set(known is cause)

    def unready(self, causes: Collection[str]) -> None:
        """Show all present causes, and clear earlier ones."""
        self._causes |= set(causes)
        for cause in self._causes:
            self._unready.labels(cause).set(cause in causes)
