"""The engine's interfaces to the store, the clock and an observer, and the errors of a store.

Each lane has its own :class:`Session`, which is one connection. A batch is ``begin_and_load``, up to three ``load``,
and ``write`` and ``commit`` or both in one. After any error comes ``rollback``, and then the batch may begin again.
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
    """Why commands cannot be decided: named in answers, logs, metrics and the readiness check."""

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
    """Root of a store's errors; the message contains no value of a row.

    Attributes:
        cause: why commands cannot be decided, if the reason is the store and not one of the commands.
    """

    cause = Cause.TABLES


class UnavailableError(StoreError):
    """The store cannot serve any command; nothing of the batch was done."""

    def __init__(self, message: str, cause: Cause = Cause.UNREACHABLE) -> None:
        super().__init__(message)
        self.cause = cause


class ConflictError(StoreError):
    """Another transaction was faster (a key collided, a deadlock): decide again from fresh facts."""

    cause = Cause.BUSY


class LockTimeoutError(ConflictError):
    """A lock was not granted in time, or a statement took too long: another transaction may hold rows for long."""


class CommitUnknownError(StoreError):
    """The connection failed during the commit: the batch may be done or not."""

    def __init__(self, message: str, cause: Cause = Cause.UNREACHABLE) -> None:
        super().__init__(message)
        self.cause = cause


class RefusedError(StoreError):
    """The store refuses the rows of one command of the batch; deciding again cannot help."""


class Session(Protocol):
    """One lane's connection."""

    def begin(self) -> BusinessDay:
        """Begin the batch's transaction and return the open day; a write session locks it against cutover.

        Raises:
            UnavailableError, ConflictError: see there.
        """
        ...

    def begin_and_load(self, wants: Wants, facts: Facts) -> None:
        """Do ``begin``, put the day into ``facts``, and do ``load``: in one round trip, where the database can.

        Raises:
            UnavailableError, ConflictError: see there.
        """
        ...

    def load(self, wants: Wants, facts: Facts) -> None:
        """Load the wanted rows into ``facts``; a write session locks them.

        It waits for rows that another transaction has locked. If ``facts.locked`` is given, it does not wait and
        adds them there; their values in ``facts`` must then not be used for decisions.

        Raises:
            UnavailableError, ConflictError: see there.
        """
        ...

    def write(self, effects: Sequence[Effects]) -> None:
        """Write the effects of a batch's decisions, in order.

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

    def commits_with_writes(self, count: int) -> bool:
        """Whether ``write_and_commit`` is faster for the effects of ``count`` commands."""
        ...

    def write_and_commit(self, effects: Sequence[Effects]) -> None:
        """Do ``write`` and ``commit`` in one round trip; only if ``commits_with_writes``.

        Raises:
            UnavailableError, ConflictError, RefusedError: nothing is committed. RefusedError also for a fault of the
                program before the COMMIT.
            CommitUnknownError: see there.
        """
        ...

    def check(self) -> None:
        """Check that a batch would work: begin and, on a write session, write and commit; no data is left.

        Call it between batches.

        Raises:
            UnavailableError, ConflictError, CommitUnknownError: see there; the next step is ``rollback``.
        """
        ...

    def rollback(self) -> None:
        """Undo the batch. Never raises: a lost connection is replaced at the next begin."""
        ...

    def reserve_numbers(self, count: int) -> int:
        """Take ``count`` serial numbers in a separate transaction and return the first; gaps are allowed.

        Raises:
            UnavailableError, ConflictError: see there.
        """
        ...

    def close(self) -> None:
        """Return the connection."""
        ...


class Store(Protocol):
    """The source of the lanes' sessions."""

    def write_session(self) -> Session:
        """Return a session for batches that lock and write."""
        ...

    def read_session(self) -> Session:
        """Return a session for batches that only read; each statement reads one consistent snapshot."""
        ...


class Clock(Protocol):
    """The time, as an argument, so that tests can set it."""

    def now(self) -> dt.datetime:
        """Return the wall time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go backwards; used for deadlines."""
        ...


class Observer(Protocol):
    """Receives counts and times; every call is cheap and never raises. Lanes call it from their threads."""

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
        """The lane answers 91 at once because of ``cause``; None when commands are decided again."""
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
