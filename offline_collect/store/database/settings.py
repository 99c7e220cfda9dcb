"""Settings of a store."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """The store's location and timeouts.

    Attributes:
        url: in SQLAlchemy's form, such as ``sqlite:///var/offline-collect.db``; it may contain a password.
        lock_timeout_ms: how long a lane waits for a lock; shorter than a link's request timeout.
        statement_timeout_ms: how long one statement of a lane may take; likewise.
        connect_timeout_s: how long a new connection may take.
        page_cache_kib: the memory for SQLite's pages that each connection keeps.
        group: the group that may read SQLite's files besides their owner; None for no group.
        cache_bytes: the memory of the merchants and forms that all its lanes keep parsed.
        page_records: the maximum of records on a page (``Terms.page_records``); one more is loaded.
    """

    url: str = field(repr=False)
    lock_timeout_ms: int = 2_000
    statement_timeout_ms: int = 5_000
    connect_timeout_s: int = 3
    cache_bytes: int = 128 * 1024 * 1024
    page_records: int = 6
    page_cache_kib: int = 32_000
    group: str | None = None
