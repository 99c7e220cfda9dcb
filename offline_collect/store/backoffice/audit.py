"""The audit trail: who changed what, each row chained to the one before by a hash (domain.md, Audit)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, insert, literal, select

from offline_collect.store.database.json import from_json, to_json
from offline_collect.store.schema.tables import serial_counters
from offline_collect.store.schema.user_tables import audit_trail
from offline_collect.store.sql.transaction import StoreTransaction

AUDIT_NUMBERS = "audit_trail"
"""Name of the counter that rows are numbered by; locking it keeps writers in line."""

FIRST_HASH = "0" * 64
"""What the first row is chained to."""

_AT_ONCE = 1_000
_NEXT = select(serial_counters.c.next_number).where(serial_counters.c.name == AUDIT_NUMBERS)


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


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A change that was written down.

    Attributes:
        before, after: documents of what was replaced and of what took its place; None where there was nothing.
        hash: of the row and the hash before it.
    """

    sequence: int
    at: dt.datetime
    who: str
    what: str
    before: Any
    after: Any
    hash: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows are wanted; None asks for all.

    Attributes:
        merchant_id: a word of what was done.
        since, until: from the one moment on, and before the other.
        most: the latest so many of them.
    """

    merchant_id: str | None = None
    who: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    most: int | None = None


def audit_rows(tx: StoreTransaction, wanted: AuditFilter) -> Iterator[AuditRow]:
    """Give rows of the trail as they are read, the earliest first."""
    found = select(audit_trail).where(*_conditions(wanted))
    if wanted.most is not None:
        latest = found.order_by(audit_trail.c.sequence.desc()).limit(wanted.most).subquery()
        found = select(latest).order_by(latest.c.sequence)
    else:
        found = found.order_by(audit_trail.c.sequence)
    for sequence, at, who, what, before, after, own, _ in _streamed(tx, found):
        yield AuditRow(sequence, at, who, what, _document(before), _document(after), own)


def _document(text: str | None) -> Any:
    return None if text is None else from_json(text)


def _conditions(wanted: AuditFilter) -> Iterator[ColumnElement[bool]]:
    row = audit_trail.c
    if wanted.merchant_id is not None:
        words = literal(" ", String()) + row.what + literal(" ", String())
        yield words.contains(f" {wanted.merchant_id} ", autoescape=True)
    if wanted.who is not None:
        yield row.who == wanted.who
    if wanted.since is not None:
        yield row.at >= wanted.since
    if wanted.until is not None:
        yield row.at < wanted.until


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """Where the chain does not hold.

    Attributes:
        sequence: of the row.
        problem: what is wrong there.
    """

    sequence: int
    problem: str


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The end of the trail: whoever keeps it elsewhere can tell later that nothing before it was changed.

    Attributes:
        sequence: of the last row, and so how many there are; 0 without any.
        hash: of the last row.
    """

    sequence: int
    hash: str


def check_chain(tx: StoreTransaction, known: AuditHead | None = None) -> Iterator[BrokenLink | AuditHead]:
    """Give every place where the chain is broken as it is found, and at last its head.

    Args:
        known: an earlier head: whoever can write to the database could make a whole new chain, but not
            through this.
    """
    last, sequence = FIRST_HASH, 0
    for row in _streamed(tx, select(audit_trail).order_by(audit_trail.c.sequence)):
        *kept, own, previous = row
        number = kept[0]
        if number != sequence + 1:
            yield BrokenLink(number, "audit rows before this one are gone")
        elif previous != last:
            yield BrokenLink(
                number, "the audit row is not chained to the one before it: one of them was replaced"
            )
        elif own != audit_hash(previous, tuple(kept)):
            yield BrokenLink(number, "the audit row was changed")
        if known is not None and number == known.sequence and own != known.hash:
            yield BrokenLink(number, "the audit row is not the one that is known")
        last, sequence = own, number
    yield from _wrong_end(tx, sequence, known)
    yield AuditHead(sequence, last)


def _wrong_end(tx: StoreTransaction, sequence: int, known: AuditHead | None) -> Iterator[BrokenLink]:
    numbered = tx.connection.execute(_NEXT).scalar_one() - 1
    if numbered > sequence or (known is not None and known.sequence > sequence):
        yield BrokenLink(sequence, "audit rows after this one are gone")
    elif numbered < sequence:
        yield BrokenLink(sequence, "the audit row was put in by something else than this program")


def _streamed(tx: StoreTransaction, query: Select[Any]) -> Iterable[Any]:
    return tx.connection.execute(query.execution_options(yield_per=_AT_ONCE))
