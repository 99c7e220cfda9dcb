"""A server's watches over what commands make: numbers of imports and of notices, for a dashboard."""

from __future__ import annotations

from offline_collect.app.observability.metrics import Metrics
from offline_collect.app.serving.import_watch import ImportWatch
from offline_collect.app.serving.notice_watch import NoticeWatch
from offline_collect.domain.ports import Clock
from offline_collect.store import SqlStore


def count_watches(store: SqlStore, clock: Clock, metrics: Metrics) -> tuple[ImportWatch, NoticeWatch]:
    """Return the watches, each to be asked to look now and then."""
    return ImportWatch(store, metrics.imports), NoticeWatch(store, clock, metrics.notices)
