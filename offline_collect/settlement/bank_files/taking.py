"""Takes a bank's file in one transaction, again if it meets payments, and never twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from offline_collect.domain.errors import BankFileTakenError
from offline_collect.domain.ports import ConflictError, StoreError
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.digest import Digest
from offline_collect.store import SqlStore, StoreTransaction, take_serial_numbers
from offline_collect.store.debits.batches import taken_by_digest

Taken = TypeVar("Taken")

_ATTEMPTS = 3


def take_at_once(
    store: SqlStore, path: Path, postings: int, take: Callable[[StoreTransaction, int], Taken]
) -> Taken:
    """Run the taking of a file in one transaction.

    Args:
        postings: how many serial numbers it needs at most.
        take: takes the file; gets the first of the numbers.

    Raises:
        StoreError: the store was busy too long; nothing was taken.
    """
    for _ in range(_ATTEMPTS):
        first = take_serial_numbers(store, postings) if postings else 0
        try:
            with store.transaction() as tx:
                return take(tx, first)
        except ConflictError:
            continue
    raise StoreError(
        Phrase(
            "{path}: the store was busy for too long: nothing was taken; try again in a moment",
            path=str(path),
        )
    )


def refuse_taken(tx: StoreTransaction, path: Path, digest: Digest) -> None:
    """Refuse a file that has ended a batch before.

    Raises:
        BankFileTakenError: it is so.
    """
    found = taken_by_digest(tx, digest.sha256)
    if found is not None:
        raise BankFileTakenError(
            Phrase(
                "{path}: was taken before, for batch {batch_no}, by {ended_by}",
                path=str(path),
                batch_no=found.batch.batch_no,
                ended_by=str(found.story.ended_by),
            )
        )
