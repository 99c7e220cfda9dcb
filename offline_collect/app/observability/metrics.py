"""Prometheus metrics of lanes and links; docs/configuration.md lists them for operators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics import MetricWrapperBase

from offline_collect.app.observability.alarm_metrics import AlarmMetrics
from offline_collect.app.observability.answer_metrics import AnswerMetrics
from offline_collect.app.observability.connect_metrics import ConnectMetrics
from offline_collect.app.observability.day_metrics import DayMetrics
from offline_collect.app.observability.import_metrics import ImportMetrics
from offline_collect.app.observability.notice_metrics import NoticeMetrics
from offline_collect.app.observability.outage_metrics import OutageMetrics
from offline_collect.app.observability.plain_counter import PlainCounter
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.imports.life import ImportState
from offline_collect.domain.ports import Cause
from offline_collect.notify.backlog import Backlog

BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


class Metrics:
    """Counts and times events of lanes, links and the day watch; implements their observer protocols.

    It has its own registry, so that several servers in one process do not collide. Children are cached
    per label values: looking them up through the library costs more than counting.
    """

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # creation times are useless
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._lanes = _LaneMetrics(self.registry)
        self._links = _LinkMetrics(self.registry)
        self._answers = AnswerMetrics(self.registry)
        self._connections = _ConnectionMetrics(self.registry)
        self._partners = ConnectMetrics(self.registry)
        self._days = DayMetrics(self.registry)
        self._alarms = AlarmMetrics(self.registry)
        self._imports = ImportMetrics(self.registry)
        self._notices = NoticeMetrics(self.registry)
        self._outages = OutageMetrics(self.registry)
        # By metric and lane: the library looks for a child longer than it counts, and each batch counts several times.
        self._of_lane = cache(_of_lane)

    def render(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        return generate_latest(self.registry)

    def batch(self, lane: str, size: int, stages: Mapping[str, float]) -> None:
        """See :class:`offline_collect.domain.ports.Observer`."""
        self._of_lane(self._lanes.sizes, lane).observe(size)
        self._of_lane(self._lanes.commands, lane).inc(size)
        for stage, seconds in stages.items():
            self._lanes.stages.add(seconds, stage)
        if "commit" in stages:
            self._of_lane(self._lanes.commits, lane).inc()

    def retried(self, lane: str, reason: str) -> None:
        """See :class:`offline_collect.domain.ports.Observer`."""
        self._lanes.retries.labels(lane, reason).inc()

    def outage(self, lane: str, cause: Cause | None) -> None:
        """See :class:`offline_collect.domain.ports.Observer`."""
        self._outages.outage(lane, cause)

    def queued(self, lane: str, depth: int) -> None:
        """See :class:`offline_collect.domain.ports.Observer`."""
        self._of_lane(self._lanes.depth, lane).set(depth)

    def clock_jumped(self) -> None:
        """See :class:`offline_collect.app.serving.day_watch.DayObserver`."""
        self._days.jumps.inc()

    def day_in_doubt(self, doubt: bool) -> None:
        """See :class:`offline_collect.app.serving.day_watch.DayObserver`."""
        self._days.in_doubt.set(doubt)

    def day_opened(self, at: dt.datetime) -> None:
        """See :class:`offline_collect.app.serving.day_watch.DayObserver`."""
        self._days.opened.set(at.timestamp())

    def imports(self, numbers: Mapping[ImportState, int]) -> None:
        """Show how many imports are in each state."""
        for state, number in numbers.items():
            self._imports.imports.labels(state.value).set(number)

    def notices(self, backlog: Backlog) -> None:
        """Show how many notices to payers there are."""
        self._notices.show(backlog)

    def glass_broken(self, times: int) -> None:
        """Commands acted as the system user by ``--break-glass``; adds to the count."""
        self._alarms.break_glass.inc(times)

    def unready(self, causes: Collection[str]) -> None:
        """Show the causes why requests cannot be served."""
        self._outages.unready(causes)

    def connected(self, link: str) -> None:
        """See :class:`offline_collect.server.observer.LinkObserver`."""
        self._connections.connections.labels(link).inc()
        self._connections.accepted.labels(link).inc()

    def disconnected(self, link: str) -> None:
        """See :class:`offline_collect.server.observer.LinkObserver`."""
        self._connections.connections.labels(link).dec()

    def refused(self, link: str, reason: str) -> None:
        """See :class:`offline_collect.server.observer.LinkObserver`."""
        self._connections.refused.labels(link, reason).inc()

    def hung_up(self, link: str, reason: str) -> None:
        """See :class:`offline_collect.server.observer.LinkObserver`."""
        self._connections.hung_up.labels(link, reason).inc()

    def clock_off(self, link: str) -> None:
        """See :class:`offline_collect.server.observer.LinkObserver`."""
        self._connections.clock_off.labels(link).inc()

    def throttled(self, link: str, what: str) -> None:
        """See :class:`offline_collect.server.observer.LinkObserver`."""
        self._connections.throttled.labels(link, what).inc()

    def noticed(self, link: str, what: str) -> None:
        """See :class:`offline_collect.server.observer.LinkObserver`."""
        self._connections.notices.labels(link, what).inc()

    def connected_out(self, link: str, *, connected: bool) -> None:
        """See :class:`offline_collect.server.observer.LinkObserver`."""
        self._partners.connected.labels(link).set(connected)

    def connect_failed(self, link: str) -> None:
        """See :class:`offline_collect.server.observer.LinkObserver`."""
        self._partners.failures.labels(link).inc()

    def lease_held(self, link: str, *, held: bool) -> None:
        """Show whether this server has the lease of the connection to a link's partner."""
        self._partners.lease_held.labels(link).set(held)

    def certificate_expires(self, link: str, at: dt.datetime) -> None:
        """Show when the first of a link's certificates expires."""
        self._connections.certificates.labels(link).set(at.timestamp())

    def accept_failed(self) -> None:
        """A connection could not be accepted."""
        self._connections.accept_failures.inc()

    def answered(self, link: str, message: str, code: ResponseCode, seconds: float) -> None:
        """See :class:`offline_collect.server.observer.LinkObserver`."""
        self._answers.answered(link, message, code, seconds)

    def unanswered(self, link: str, reason: str) -> None:
        """See :class:`offline_collect.server.observer.LinkObserver`."""
        self._links.unanswered.labels(link, reason).inc()

    def unauthentic(self, link: str, problem: str) -> None:
        """See :class:`offline_collect.server.observer.LinkObserver`."""
        self._links.unauthentic.labels(link, problem).inc()

    def redated(self, link: str) -> None:
        """See :class:`offline_collect.server.observer.LinkObserver`."""
        self._days.redated.labels(link).inc()

    def stage(self, stage: str, seconds: float, messages: int) -> None:
        """See :class:`offline_collect.server.observer.LinkObserver`."""
        self._lanes.stages.add(seconds, stage)
        self._links.staged.add(messages, stage)

    def waiting(self, frames: int) -> None:
        """See :class:`offline_collect.server.observer.LinkObserver`."""
        self._links.waiting.set(frames)


def _of_lane(metric: MetricWrapperBase, lane: str) -> Any:
    """Return a lane's child of a metric."""
    return metric.labels(lane)


class _LaneMetrics:
    """Metrics of lanes."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.commands = Counter(
            "offline_collect_commands", "Commands that a lane has decided.", ["lane"], registry=registry
        )
        self.sizes = Histogram(
            "offline_collect_batch_size",
            "Commands in a lane's batch.",
            ["lane"],
            buckets=BATCH_SIZES,
            registry=registry,
        )
        self.stages = PlainCounter(
            "offline_collect_stage_seconds",
            "Time by stage: decode, wait (summed over commands), load, decide, store (on PostgreSQL with the commit of up to 32 commands), commit, encode.",
            ["stage"],
            registry,
        )
        self.commits = Counter(
            "offline_collect_commits", "Transactions that a lane has committed.", ["lane"], registry=registry
        )
        self.retries = Counter(
            "offline_collect_retries",
            "Batches decided again: conflict, culprit, commit_unknown, reconnect, locked or slow.",
            ["lane", "reason"],
            registry=registry,
        )
        self.depth = Gauge(
            "offline_collect_queue_depth",
            "Commands of a lane that it has not started.",
            ["lane"],
            registry=registry,
        )


class _LinkMetrics:
    """Metrics of links."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.staged = PlainCounter(
            "offline_collect_stage_messages", "Messages decoded or encoded.", ["stage"], registry
        )
        self.unanswered = Counter(
            "offline_collect_unanswered",
            "Messages that got no answer: unreadable, response, frame, torn, unproved, gone or fault.",
            ["link", "reason"],
            registry=registry,
        )
        self.unauthentic = Counter(
            "offline_collect_unauthentic",
            "Messages whose MAC is missing or wrong, or that came while there was no_key; requests get 63.",
            ["link", "reason"],
            registry=registry,
        )
        self.waiting = Gauge(
            "offline_collect_waiting", "Messages that were read and wait for their turn.", registry=registry
        )


class _ConnectionMetrics:
    """Metrics of the links' connections."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.connections = Gauge(
            "offline_collect_connections", "Open connections.", ["link"], registry=registry
        )
        self.accepted = Counter(
            "offline_collect_connections_accepted", "Connections accepted.", ["link"], registry=registry
        )
        self.refused = Counter(
            "offline_collect_connections_refused",
            "Connections, or institutions on one, refused: by a bound, network, tls, descriptors or draining.",
            ["link", "reason"],
            registry=registry,
        )
        self.clock_off = Counter(
            "offline_collect_peer_clock_off",
            "Requests whose DE 7 is further from the time they came than business.skew_s.",
            ["link"],
            registry=registry,
        )
        self.throttled = Counter(
            "offline_collect_throttled",
            "Requests refused by a rate or for misses, and answers held back (misses_slowed).",
            ["link", "what"],
            registry=registry,
        )
        self.notices = Counter(
            "offline_collect_cutover_notices",
            "Cutover notices to links that were acknowledged, or given up unanswered.",
            ["link", "what"],
            registry=registry,
        )
        self.certificates = Gauge(
            "offline_collect_certificate_expires_timestamp_seconds",
            "When the first of a link's certificates expires, in seconds since 1970.",
            ["link"],
            registry=registry,
        )
        self.accept_failures = Counter(
            "offline_collect_accept_failures",
            "Failures to accept connections, for lack of file descriptors or memory.",
            registry=registry,
        )
        self.hung_up = Counter(
            "offline_collect_connections_hung_up",
            "Connections closed by the platform: by a timeout, tls_handshake or not_reading.",
            ["link", "reason"],
            registry=registry,
        )
