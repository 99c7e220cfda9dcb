"""What the store says when it cannot do what was asked; the engine's errors are in ``domain.ports``."""

from __future__ import annotations

from offline_collect.domain.ports import (
    Cause,
    CommitUnknown,
    Conflict,
    Refused,
    StoreError,
    TimedOut,
    Unavailable,
)

__all__ = [
    "CommitUnknown",
    "Conflict",
    "InUse",
    "NoOpenDayError",
    "NotPrivate",
    "NotThere",
    "NumbersBehind",
    "NumbersUsedUp",
    "Refused",
    "StoreError",
    "StoreMissing",
    "StoreOutdated",
    "Taken",
    "TimedOut",
    "Unavailable",
    "UrlError",
    "WentBack",
    "WrongState",
]


class UrlError(StoreError, ValueError):
    """The database's URL is none that this store can use."""


class StoreMissing(StoreError):
    """There is no store at the URL yet, or it has no open business day."""


class NoOpenDayError(StoreMissing):
    """The store was never given its first business day."""

    def __init__(self) -> None:
        super().__init__("no business day is open: run offline-collect init")


class StoreOutdated(StoreError):
    """The store's tables are of another version of this program."""


class Taken(StoreError):
    """What should be added is there already."""


class NotThere(StoreError):
    """What should be changed is not there."""


class WrongState(StoreError):
    """An import or a form is not in the state that what was asked for needs."""


class NumbersBehind(StoreError):
    """Serial numbers stand in the store that its counter has yet to give out."""


class NumbersUsedUp(StoreError):
    """The counter of serial numbers, or its epochs, have come to their end."""


class WentBack(StoreError):
    """The store holds an earlier state than this process has seen of it: it was restored beneath it."""

    cause = Cause.WENT_BACK


class InUse(StoreError):
    """Others use the store, which what was asked for does not allow."""


class NotPrivate(StoreError):
    """Others than its owner, and the group that may, can read a store's file."""
