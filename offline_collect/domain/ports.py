"""What the engine needs of a store, and what it tells an observer.

A lane has one :class:`Session`, that is one connection, to itself. A batch is ``begin``, up to three
``load``, ``write`` and ``commit``; after any error ``rollback`` and the batch may begin again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.domain.effects import Effects
from offline_collect.domain.errors import DomainError
from offline_collect.domain.facts import Facts, Wants


class Cause(StrEnum):
    """Why commands cannot be decided: what answers, logs, metrics and the readiness check name."""

    DISK_FULL = "disk_full"
    READ_ONLY = "read_only"
    DISK_ERROR = "disk_error"
    RESOURCES = "resources"
    STOPPED = "stopped"
    UNREACHABLE = "unreachable"
    TABLES = "tables"
    WENT_BACK = "went_back"
    BUSY = "busy"
    LANES = "lanes"


class StoreError(DomainError):
    """Root of what a store may raise; the message names no value of a row.

    Attributes:
        cause: why commands cannot be decided, if it is the store and not one of them.
    """

    cause = Cause.TABLES


class UnavailableError(StoreError):
    """The store cannot serve, whatever the command; nothing of the batch was done."""

    def __init__(self, message: str, cause: Cause = Cause.UNREACHABLE) -> None:
        super().__init__(message)
        self.cause = cause


class ConflictError(StoreError):
    """Somebody else was faster (a key collided, a deadlock): decide again from fresh facts."""

    cause = Cause.BUSY


class LockTimeoutError(ConflictError):
    """A lock was not to be had in time, or a statement took too long: somebody else may hold rows for long."""


class CommitUnknownError(StoreError):
    """The connection failed during the commit: the batch may be done or not."""

    def __init__(self, message: str, cause: Cause = Cause.UNREACHABLE) -> None:
        super().__init__(message)
        self.cause = cause


class RefusedError(StoreError):
    """The store refuses what one of the batch's commands would write; deciding again cannot help."""


class Session(Protocol):
    """One lane's connection."""

    def begin(self) -> BusinessDay:
        """Begin the batch's transaction and return the open day; a write session holds it against cutover.

        Raises:
            UnavailableError, ConflictError: see there.
        """
        ...

    def load(self, wants: Wants, facts: Facts) -> None:
        """Put what is wanted into ``facts``, locked where the session writes.

        Rows that somebody else holds are waited for; where ``facts.locked`` is given, they are noted there
        instead, and what is put into ``facts`` of them is not to be decided from.

        Raises:
            UnavailableError, ConflictError: see there.
        """
        ...

    def write(self, effects: Sequence[Effects]) -> None:
        """Write the effects of a batch's decisions, in their order.

        Raises:
            UnavailableError, ConflictError, RefusedError: see there.
        """
        ...

    def commit(self) -> None:
        """Make the batch durable.

        Raises:
            UnavailableError, ConflictError, CommitUnknownError: see there.
        """
        ...

    def check(self) -> None:
        """Do what a batch does: begin and, on a session that writes, write and commit; nothing of it stays.

        To be called between batches.

        Raises:
            UnavailableError, ConflictError, CommitUnknownError: see there; the next step is ``rollback``.
        """
        ...

    def rollback(self) -> None:
        """Forget the batch; never raises: a connection that is gone is replaced at the next begin."""
        ...

    def reserve_numbers(self, count: int) -> int:
        """Take ``count`` serial numbers in a transaction of its own and return the first; gaps are allowed.

        Raises:
            UnavailableError, ConflictError: see there.
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
        """A batch is decided again, because of ``reason``.

        One of conflict, culprit, commit_unknown, reconnect, locked and slow.
        """
        ...

    def outage(self, lane: str, cause: Cause | None) -> None:
        """The lane's commands get 91 at once because of ``cause``; None when they are decided again."""
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

    def outage(self, lane: str, cause: Cause | None) -> None:
        """See :class:`Observer`."""

    def queued(self, lane: str, depth: int) -> None:
        """See :class:`Observer`."""
