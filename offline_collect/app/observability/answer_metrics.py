"""Prometheus metrics of answered messages; under overload thousands a second are refused."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from offline_collect.app.observability.plain_counter import PlainCounter
from offline_collect.domain.codes import ResponseCode

SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class AnswerMetrics(Collector):
    """Counts answers, and how long they took."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._messages = PlainCounter(
            "offline_collect_messages",
            "Messages answered, by their name in the message set and the answer's code by name.",
            ["link", "message", "code"],
            registry,
        )
        self._times: dict[tuple[str, str], _Times] = {}
        registry.register(self)

    def answered(self, link: str, message: str, code: ResponseCode, seconds: float) -> None:
        """See :class:`offline_collect.server.observer.LinkObserver`."""
        self._messages.add(1, link, message, code.value)
        times = self._times.get((link, message))
        if times is None:
            times = self._times[link, message] = _Times()
        times.buckets[bisect_left(SECONDS, seconds)] += 1
        times.total += seconds

    def collect(self) -> Iterator[Metric]:
        """Return the times as they stand."""
        latency = HistogramMetricFamily(
            "offline_collect_request_seconds",
            "From a frame having come, as nearly as can be known, to its answer being written.",
            labels=["link", "message"],
        )
        bounds = [*map(str, SECONDS), "+Inf"]
        for labels, times in self._times.items():
            counts = list(zip(bounds, accumulate(times.buckets), strict=True))
            latency.add_metric(list(labels), counts, times.total)
        yield latency


class _Times:
    """A histogram: answers by the first of the bounds that they do not exceed, and the sum of all (seconds)."""

    def __init__(self) -> None:
        self.buckets = [0] * (len(SECONDS) + 1)
        self.total = 0.0
