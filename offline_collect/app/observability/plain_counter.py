"""A Prometheus counter that is a plain number, for what happens thousands of times a second."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector


class PlainCounter(Collector):
    """Counts without the lock that the library's counters take each time: only the reactor's thread uses it.

    Args:
        name: without ``_total``.
        help_text: what it counts.
        labels: the labels' names.
    """

    def __init__(self, name: str, help_text: str, labels: Sequence[str], registry: CollectorRegistry) -> None:
        self._family = name, help_text
        self._labels = labels
        self._counts: defaultdict[tuple[str, ...], float] = defaultdict(float)
        registry.register(self)

    def add(self, amount: float, *values: str) -> None:
        """Add to the count with these values of the labels."""
        self._counts[values] += amount

    def collect(self) -> Iterator[Metric]:
        """Return the counts as they stand."""
        family = CounterMetricFamily(*self._family, labels=self._labels)
        for values, count in self._counts.items():
            family.add_metric(list(values), count)
        yield family
