"""The audit trail: who changed what, each row chained to the one before by a hash (domain.md, Audit)."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from sqlalchemy import insert, select

from offline_collect.store.documents import to_json
from offline_collect.store.tables import audit_trail
from offline_collect.store.transaction import StoreTransaction

AUDIT_NUMBERS = "audit_trail"
"""Name of the counter that rows are numbered by; locking it keeps writers in line."""

FIRST_HASH = "0" * 64
"""What the first row is chained to."""


def append_audit(
    tx: StoreTransaction,
    who: str,
    what: str,
    before: Any,
    after: Any,
    now: dt.datetime,
) -> None:
    """Write down a change in the transaction that makes it.

    Args:
        who: a person or file.
        what: what was done to which thing, for example ``merchant add WATER001``.
        before: a JSON document of what is replaced; None where there was nothing.
        after: a JSON document of what is there now; None where nothing is.
    """
    counter = {"counter": AUDIT_NUMBERS}
    sequence = tx.connection.execute(tx.statements.next_number, counter).scalar_one()
    tx.connection.execute(tx.statements.take_numbers, {**counter, "next": sequence + 1})
    last = select(audit_trail.c.hash).where(audit_trail.c.sequence == sequence - 1)
    previous = tx.connection.execute(last).scalar() or FIRST_HASH
    texts = [None if document is None else to_json(document) for document in (before, after)]
    row = (sequence, now.astimezone(dt.UTC), who, what, *texts)
    chained = (*row, audit_hash(previous, row), previous)
    names = [column.name for column in audit_trail.columns]
    tx.connection.execute(insert(audit_trail), dict(zip(names, chained, strict=True)))


def audit_hash(previous: str, row: tuple[Any, ...]) -> str:
    """Return the hash of a row: of the hash before it and its sequence, moment, who, what, before, after."""
    sequence, at, *texts = row
    moment = at.isoformat(timespec="microseconds")
    return hashlib.sha256(to_json([previous, sequence, moment, *texts]).encode()).hexdigest()
