"""What a store has to be told."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where the store is and how patient it is.

    Attributes:
        url: SQLAlchemy's, for example ``sqlite:///var/offline-collect.db``; it may hold a password.
        lock_timeout_ms: how long a lane waits for a lock; shorter than a link's request timeout.
        statement_timeout_ms: how long one statement of a lane may take; likewise.
        connect_timeout_s: how long a new connection may take.
        group: who may read SQLite's files besides their owner; None lets nobody.
        page_records: the most records of a page (``Terms.page_records``); one more is loaded.
    """

    url: str = field(repr=False)
    lock_timeout_ms: int = 2_000
    statement_timeout_ms: int = 5_000
    connect_timeout_s: int = 3
    page_records: int = 6
    group: str | None = None
