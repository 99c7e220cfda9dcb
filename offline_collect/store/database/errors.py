"""What the store says when it cannot do what was asked; the engine's errors are in ``domain.ports``.

The tree::

    StoreError
      AlreadyExistsError
      CommitUnknownError
      ConflictError
        LockTimeoutError
      NotFoundError
      NotPrivateError
      RefusedError
      SerialsBehindError
      SerialsUsedUpError
      StoreInUseError
      StoreMissingError
        NoOpenDayError
      StoreOutdatedError
      StoreWentBackError
      UnavailableError
      UrlError
      WrongStateError
"""

from __future__ import annotations

from offline_collect.domain.ports import (
    Cause,
    CommitUnknownError,
    ConflictError,
    LockTimeoutError,
    RefusedError,
    StoreError,
    UnavailableError,
)

__all__ = [
    "AlreadyExistsError",
    "CommitUnknownError",
    "ConflictError",
    "LockTimeoutError",
    "NoOpenDayError",
    "NotFoundError",
    "NotPrivateError",
    "RefusedError",
    "SerialsBehindError",
    "SerialsUsedUpError",
    "StoreError",
    "StoreInUseError",
    "StoreMissingError",
    "StoreOutdatedError",
    "StoreWentBackError",
    "UnavailableError",
    "UrlError",
    "WrongStateError",
]


class UrlError(StoreError, ValueError):
    """The database's URL is none that this store can use."""


class StoreMissingError(StoreError):
    """There is no store at the URL yet, or it has no open business day."""


class NoOpenDayError(StoreMissingError):
    """The store was never given its first business day."""

    def __init__(self) -> None:
        super().__init__("no business day is open: run offline-collect init")


class StoreOutdatedError(StoreError):
    """The store's tables are of another version of this program."""


class AlreadyExistsError(StoreError):
    """What should be added is there already."""


class NotFoundError(StoreError):
    """What should be changed is not there."""


class WrongStateError(StoreError):
    """An import or a form is not in the state that what was asked for needs."""


class SerialsBehindError(StoreError):
    """Serial numbers stand in the store that its counter has yet to give out."""


class SerialsUsedUpError(StoreError):
    """The counter of serial numbers, or its epochs, have come to their end."""


class StoreWentBackError(StoreError):
    """The store holds an earlier state than this process has seen of it: it was restored beneath it."""

    cause = Cause.WENT_BACK


class StoreInUseError(StoreError):
    """Others use the store, which what was asked for does not allow."""


class NotPrivateError(StoreError):
    """Others than its owner, and the group that may, can read a store's file."""
