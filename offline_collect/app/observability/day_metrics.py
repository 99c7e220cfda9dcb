"""Prometheus metrics of the clock and the business day."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge


class DayMetrics:
    """Metrics of the watch over the business day, and of links whose clock is far from that day."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.in_doubt = Gauge(
            "offline_collect_clock_disagrees",
            "1 while clock and open business day disagree by more than one day of the calendar, or the day was"
            " opened at a moment to come: the clock cuts no day then.",
            registry=registry,
        )
        self.opened = Gauge(
            "offline_collect_business_day_opened_timestamp_seconds",
            "When the open business day was opened, in seconds since 1970.",
            registry=registry,
        )
        self.jumps = Counter(
            "offline_collect_clock_jumps",
            "Times when the clock did not advance like the monotonic clock, or was not read for a minute.",
            registry=registry,
        )
        self.redated = Counter(
            "offline_collect_redated",
            "Messages whose years were taken from the open business day: the clock is over 30 days off it.",
            ["link"],
            registry=registry,
        )
