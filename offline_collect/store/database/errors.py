"""Errors of the store; the engine's errors are in ``domain.ports``.

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
      StrangeDatabaseError
      UnavailableError
      UrlError
      WrongStateError
"""

from __future__ import annotations

from collections.abc import Sequence

from offline_collect.domain.ports import (
    Cause,
    CommitUnknownError,
    ConflictError,
    LockTimeoutError,
    RefusedError,
    StoreError,
    UnavailableError,
)
from offline_collect.domain.texts.phrases import Phrase

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
    "StrangeDatabaseError",
    "UnavailableError",
    "UrlError",
    "WrongStateError",
]


STRANGERS_NAMED = 3
"""How many tables of something else a message names."""


class UrlError(StoreError, ValueError):
    """The store cannot use the database's URL."""


class StoreMissingError(StoreError):
    """No store exists at the URL yet, or it has no open business day."""


class NoOpenDayError(StoreMissingError):
    """The store has no first business day yet."""

    def __init__(self) -> None:
        super().__init__(Phrase("no business day is open: run offline-collect init"))


class StoreOutdatedError(StoreError):
    """The store's tables belong to another version of this program."""


class StrangeDatabaseError(StoreError):
    """The database has tables of something else."""

    def __init__(self, strangers: Sequence[str]) -> None:
        named = ", ".join(sorted(strangers)[:STRANGERS_NAMED])
        more = ", …" if len(strangers) > STRANGERS_NAMED else ""
        super().__init__(
            Phrase(
                "this is a database of something else: it has tables that this program did not make"
                " ({named}{more}); nothing was changed: name an empty database, or a new file, in"
                " database.url",
                named=named,
                more=more,
            )
        )


class AlreadyExistsError(StoreError):
    """The thing to add exists already."""


class NotFoundError(StoreError):
    """The requested thing does not exist."""


class WrongStateError(StoreError):
    """An import or a form is not in the state that the request requires."""


class SerialsBehindError(StoreError):
    """The store already contains serial numbers that its counter has not issued yet."""


class SerialsUsedUpError(StoreError):
    """The counter of serial numbers or its epochs are used up."""


class StoreWentBackError(StoreError):
    """The store has an earlier state than this process has seen: it was restored while the process ran."""

    cause = Cause.WENT_BACK


class StoreInUseError(StoreError):
    """Other processes use the store, which the request does not allow."""


class NotPrivateError(StoreError):
    """Accounts other than the owner and the permitted group can read a store's file."""
