"""What the engine needs of a store, and what it tells an observer.

A lane has one :class:`Session`, that is one connection, to itself. A batch is ``begin``, up to three
``load``, ``write`` and ``commit``; after any error ``rollback`` and the batch may begin again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol

from offline_collect.domain.days import BusinessDay
from offline_collect.domain.effects import Effects
from offline_collect.domain.errors import DomainError
from offline_collect.domain.facts import Facts, Wants


class StoreError(DomainError):
    """Root of what a store may raise; the message names no value of a row."""


class Unavailable(StoreError):
    """The store cannot be reached; nothing of the batch was done."""


class Conflict(StoreError):
    """Somebody else was faster (a key collided, a lock timed out, a deadlock): decide again from fresh facts."""


class CommitUnknown(StoreError):
    """The connection failed during the commit: the batch may be done or not."""


class Refused(StoreError):
    """The store refuses what one of the batch's commands would write; deciding again cannot help."""


class Session(Protocol):
    """One lane's connection."""

    def begin(self) -> BusinessDay:
        """Begin the batch's transaction and return the open day; a write session holds it against cutover.

        Raises:
            Unavailable, Conflict: see there.
        """
        ...

    def load(self, wants: Wants, facts: Facts) -> None:
        """Put what is wanted into ``facts``, locked where the session writes.

        Raises:
            Unavailable, Conflict: see there.
        """
        ...

    def write(self, effects: Sequence[Effects]) -> None:
        """Write the effects of a batch's decisions, in their order.

        Raises:
            Unavailable, Conflict, Refused: see there.
        """
        ...

    def commit(self) -> None:
        """Make the batch durable.

        Raises:
            Unavailable, Conflict, CommitUnknown: see there.
        """
        ...

    def rollback(self) -> None:
        """Forget the batch; never raises: a connection that is gone is replaced at the next begin."""
        ...

    def reserve_numbers(self, count: int) -> int:
        """Take ``count`` serial numbers in a transaction of its own and return the first; gaps are allowed.

        Raises:
            Unavailable, Conflict: see there.
        """
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


class Store(Protocol):
    """Where lanes get their sessions from."""

    def write_session(self) -> Session:
        """Return a session whose batches lock and write."""
        ...

    def read_session(self) -> Session:
        """Return a session whose batches only read, from one consistent snapshot a statement."""
        ...


class Clock(Protocol):
    """Time, as an argument: tests turn it by hand."""

    def now(self) -> dt.datetime:
        """Return the wall time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards; deadlines are kept by it."""
        ...


class Observer(Protocol):
    """Counts and times; every call is cheap and never raises. Lanes call it from their threads."""

    def batch(self, lane: str, size: int, stages: Mapping[str, float]) -> None:
        """A batch of ``size`` commands is done.

        ``stages`` are seconds by name: wait (summed over the commands), load, decide, store, commit.
        """
        ...

    def retried(self, lane: str, reason: str) -> None:
        """A batch is decided again, because of ``reason`` (conflict, culprit, commit_unknown, reconnect)."""
        ...

    def queued(self, lane: str, depth: int) -> None:
        """``depth`` commands wait for the lane."""
        ...


class NullObserver:
    """Observes nothing."""

    def batch(self, lane: str, size: int, stages: Mapping[str, float]) -> None:
        """See :class:`Observer`."""

    def retried(self, lane: str, reason: str) -> None:
        """See :class:`Observer`."""

    def queued(self, lane: str, depth: int) -> None:
        """See :class:`Observer`."""
