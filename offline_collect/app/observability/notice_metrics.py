"""Prometheus metrics of notices, which `notify run` sends and servers count."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge

from offline_collect.notify.backlog import Backlog

_OUTBOX = "OUTBOX"
_NO_CHANNEL = "none"


class NoticeMetrics:
    """Metrics of the watch over notices."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._open = Gauge(
            "offline_collect_notices",
            "Notices to payers that are in the OUTBOX, WAITING, CLAIMED or DEAD, by channel (none before the first"
            " attempt), up to 100000; read every minute.",
            ["state", "channel"],
            registry=registry,
        )
        self._sent = Gauge(
            "offline_collect_notices_sent_lately",
            "Messages to payers that a channel has accepted in the last hour, up to 100000; read every minute.",
            ["channel"],
            registry=registry,
        )

    def show(self, backlog: Backlog) -> None:
        """Show how many notices there are."""
        self._open.labels(_OUTBOX, _NO_CHANNEL).set(backlog.outbox)
        for (state, channel), number in backlog.open.items():
            self._open.labels(state.value, _NO_CHANNEL if channel is None else channel.value).set(number)
        for name, number in backlog.sent.items():
            self._sent.labels(name.value).set(number)
