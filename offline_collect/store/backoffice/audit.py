"""The audit trail: who changed what, each row chained to the one before by a hash (docs/operating.md)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, case, func, insert, or_, select, true

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.organisation import Scope
from offline_collect.store.backoffice.approvals import seen_numbers
from offline_collect.store.database.json import from_json, to_json
from offline_collect.store.schema.organisation_tables import organisations
from offline_collect.store.schema.tables import serial_counters
from offline_collect.store.schema.user_tables import audit_trail, users
from offline_collect.store.sql.scope import in_scope, in_subtree, sees_user
from offline_collect.store.sql.transaction import StoreTransaction

AUDIT_NUMBERS = "audit_trail"
"""Name of the counter that numbers rows; its lock makes writers wait their turn."""

FIRST_HASH = "0" * 64
"""The hash to which the first row is chained."""

_AT_ONCE = 1_000
_NEXT = select(serial_counters.c.next_number).where(serial_counters.c.name == AUDIT_NUMBERS)


def append_audit(
    tx: StoreTransaction,
    actor: Actor | str,
    action: str,
    subject: Subject,
    before: Any,
    after: Any,
    now: dt.datetime,
) -> None:
    """Record a change in the transaction that makes it.

    Args:
        actor: the acting user; only a name for an actor such as the clock.
        action: the name of the command: ``merchant add``.
        before: a JSON document of the old state; None if there was none.
        after: a JSON document of the new state; None if there is none.
    """
    counter = {"counter": AUDIT_NUMBERS}
    sequence = tx.connection.execute(tx.statements.next_number, counter).scalar_one()
    tx.connection.execute(tx.statements.take_numbers, {**counter, "next": sequence + 1})
    last = select(audit_trail.c.hash).where(audit_trail.c.sequence == sequence - 1)
    previous = tx.connection.execute(last).scalar() or FIRST_HASH
    name, through = (actor, None) if isinstance(actor, str) else (actor.name, actor.through)
    row = {
        "sequence": sequence,
        "version": _BY_COLUMNS,
        "at": now.astimezone(dt.UTC),
        "actor": name,
        "acting_through": through,
        "action": action,
        "subject_type": subject.type.value,
        "subject_id": subject.id,
        "merchant_id": subject.merchant_id,
        "before": None if before is None else to_json(before),
        "after": None if after is None else to_json(after),
    }
    chained = {**row, "hash": audit_hash(previous, row), "previous_hash": previous}
    tx.connection.execute(insert(audit_trail), chained)


def audit_hash(previous: str, row: Mapping[str, Any]) -> str:
    """Return the hash of a row: over the previous hash and the columns that its version hashes."""
    moment = row["at"].isoformat(timespec="microseconds")
    texts = [row[name] for name in _HASHED[row["version"]]]
    return hashlib.sha256(to_json([previous, row["sequence"], moment, *texts]).encode()).hexdigest()


_BY_COLUMNS = 2
"""The version of rows with the subject in separate columns; before it, one text held action and subject."""

_HASHED = {
    1: ("actor", "action", "before", "after"),
    _BY_COLUMNS: (
        "version",
        "actor",
        "acting_through",
        "action",
        "subject_type",
        "subject_id",
        "merchant_id",
        "before",
        "after",
    ),
}
"""Columns that are hashed after sequence and moment, by version of the row."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A recorded change.

    Attributes:
        acting_through: the user who acted for the actor; None if the actor acted directly.
        action: the name of the command; in rows of the first version, followed by its subject.
        before, after: documents of the old and the new state; None if there was none.
        hash: over the row and the previous hash.
    """

    sequence: int
    version: int
    at: dt.datetime
    actor: str
    acting_through: str | None
    action: str
    subject_type: str | None
    subject_id: str | None
    merchant_id: str | None
    before: Any
    after: Any
    hash: str

    @property
    def what(self) -> str:
        """The action and its subject in one line: ``bills add SCHOOL01 B1``."""
        if self.version < _BY_COLUMNS:
            return self.action
        names = dict.fromkeys(name for name in (self.merchant_id, self.subject_id) if name is not None)
        return " ".join([self.action, *names])


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """The wanted rows; None matches all.

    Attributes:
        actor: the actor, directly or through another user.
        since, until: the first moment, and the moment before which rows must be.
        before: the rows before the one of this number.
        most: how many rows at most; the latest ones are returned.
    """

    merchant_id: str | None = None
    actor: str | None = None
    action: str | None = None
    subject_type: SubjectType | None = None
    subject_id: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    before: int | None = None
    most: int | None = None


def audit_rows(tx: StoreTransaction, wanted: AuditFilter) -> Iterator[AuditRow]:
    """Yield rows of the trail as they are read, the earliest first."""
    found = select(audit_trail).where(*_conditions(wanted), _seen(tx.scope))
    if wanted.most is not None:
        latest = found.order_by(audit_trail.c.sequence.desc()).limit(wanted.most).subquery()
        found = select(latest).order_by(latest.c.sequence)
    else:
        found = found.order_by(audit_trail.c.sequence)
    kept = [field.name for field in fields(AuditRow)]
    for row in _streamed(tx, found):
        documents = {name: _document(row[name]) for name in ("before", "after")}
        yield AuditRow(**{name: row[name] for name in kept} | documents)


@dataclass(frozen=True, slots=True)
class ActionCount:
    """How often an action was done, according to the trail.

    Attributes:
        sequence: of the trail's last row; 0 if it is empty.
        times: the number of rows of the action.
        latest: the moment of the last one; None if there was none.
    """

    sequence: int
    times: int
    latest: dt.datetime | None


def count_action(tx: StoreTransaction, action: str, after: int = 0) -> ActionCount:
    """Count the rows of an action after a row of the trail; 0 counts from the first row."""
    row = audit_trail.c
    own = row.action == action
    counted = select(
        func.max(row.sequence),
        func.count(case((own, 1))),
        func.max(case((own, row.at)), type_=row.at.type),
    ).where(row.sequence > after)
    sequence, times, latest = tx.connection.execute(counted).one()
    return ActionCount(sequence or after, times, latest)


def _seen(scope: Scope) -> ColumnElement[bool]:
    """Return whether a row is in a scope: by its merchant, user or organisation, or since it concerns all banks."""
    if scope.whole:
        return true()
    row = audit_trail.c
    below = select(organisations.c.organisation_id).where(in_subtree(scope))
    of_scope = {
        SubjectType.USER: row.subject_id.in_(select(users.c.name).where(sees_user(scope))),
        SubjectType.ORGANISATION: row.subject_id.in_(below),
        SubjectType.APPROVAL: row.subject_id.in_(seen_numbers(scope)),
        SubjectType.STORE: true(),
        SubjectType.DAY: true(),
    }
    return or_(
        in_scope(row.merchant_id, scope),
        *(and_(row.subject_type == kind.value, seen) for kind, seen in of_scope.items()),
    )


def _document(text: str | None) -> Any:
    return None if text is None else from_json(text)


def _conditions(wanted: AuditFilter) -> Iterator[ColumnElement[bool]]:
    row = audit_trail.c
    columns = ((row.merchant_id, wanted.merchant_id), (row.subject_id, wanted.subject_id))
    yield from (column == asked for column, asked in columns if asked is not None)
    if wanted.subject_type is not None:
        yield row.subject_type == wanted.subject_type.value
    if wanted.actor is not None:
        yield or_(row.actor == wanted.actor, row.acting_through == wanted.actor)
    if wanted.action is not None:
        with_subject = row.action.startswith(f"{wanted.action} ", autoescape=True)
        yield or_(row.action == wanted.action, and_(row.version < _BY_COLUMNS, with_subject))
    if wanted.since is not None:
        yield row.at >= wanted.since
    if wanted.until is not None:
        yield row.at < wanted.until
    if wanted.before is not None:
        yield row.sequence < wanted.before


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """A place where the chain is broken.

    Attributes:
        sequence: of the row.
        problem: the fault found there.
    """

    sequence: int
    problem: str


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The end of the trail: a copy kept elsewhere proves later that no earlier row was changed.

    Attributes:
        sequence: of the last row, which is also the number of rows; 0 if there are none.
        hash: of the last row.
    """

    sequence: int
    hash: str


def check_chain(tx: StoreTransaction, known: AuditHead | None = None) -> Iterator[BrokenLink | AuditHead]:
    """Yield every break of the chain as it is found, and finally its head.

    Args:
        known: an earlier head: somebody who can write to the database could forge a whole new chain, but
            not one that contains this head.
    """
    last, sequence = FIRST_HASH, 0
    for row in _streamed(tx, select(audit_trail).order_by(audit_trail.c.sequence)):
        number, own, previous = row["sequence"], row["hash"], row["previous_hash"]
        if number != sequence + 1:
            yield BrokenLink(number, "audit rows before this one are gone")
        elif previous != last:
            yield BrokenLink(
                number, "the audit row is not chained to the one before it: one of them was replaced"
            )
        elif own != audit_hash(previous, row):
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


def _streamed(tx: StoreTransaction, query: Select[Any]) -> Iterable[Mapping[str, Any]]:
    """Yield rows by the names of their columns."""
    rows = tx.connection.execute(query.execution_options(yield_per=_AT_ONCE)).mappings()
    return cast("Iterable[Mapping[str, Any]]", rows)
