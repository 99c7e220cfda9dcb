"""Requests that wait for another user; ``domain.access.approvals`` defines their life."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, and_, cast, func, insert, or_, select, true, update

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import ApprovalStanding, ApprovalState, DualAction
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.organisation import Scope
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.database.errors import NotFoundError, WrongStateError
from offline_collect.store.database.json import from_json, to_json
from offline_collect.store.schema.approval_tables import approvals
from offline_collect.store.schema.organisation_tables import organisations
from offline_collect.store.sql.scope import in_subtree
from offline_collect.store.sql.transaction import StoreTransaction

APPROVAL_NUMBERS = "approvals"
"""Name of the counter that requests are numbered by."""

_OVERDUE_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A request and its decision.

    Attributes:
        merchant_id: the merchant that it concerns; None for the bank's own business.
        organisation_id: the organisation to which its subject belongs.
        subject: what it is about: the id of a merchant, user, payment or bill.
        payload: all that the use case needs to carry it out; it holds account numbers in full.
        asked_through: the user who acted for the requester; None if the requester acted directly.
        decided_by: the user who decided; None while it waits.
        reason: why it was rejected or withdrawn, or has lapsed; None if not given.
    """

    approval_id: int
    action: DualAction
    merchant_id: str | None
    organisation_id: str
    subject: str
    payload: Mapping[str, Any]
    asked_by: str
    asked_through: str | None
    asked_at: dt.datetime
    expires_at: dt.datetime
    state: ApprovalState = ApprovalState.PENDING
    decided_by: str | None = None
    decided_through: str | None = None
    decided_at: dt.datetime | None = None
    reason: str | None = None

    @property
    def standing(self) -> ApprovalStanding:
        """The values on which its next step depends."""
        return ApprovalStanding(self.state, self.asked_by, self.asked_through, self.expires_at)


def next_approval_number(tx: StoreTransaction) -> int:
    """Take the number of the next request; the counter stays locked, so that requests are written in order."""
    counter = {"counter": APPROVAL_NUMBERS}
    number = int(tx.connection.execute(tx.statements.next_number, counter).scalar_one())
    tx.connection.execute(tx.statements.take_numbers, {**counter, "next": number + 1})
    return number


def add_approval(tx: StoreTransaction, asked: Approval) -> None:
    """Store a request."""
    names = [column.name for column in approvals.columns]
    values = {name: getattr(asked, name) for name in names}
    changed = {"action": asked.action.value, "state": asked.state.value, "payload": to_json(asked.payload)}
    tx.connection.execute(insert(approvals), values | changed)


def get_approval(tx: StoreTransaction, approval_id: int, *, lock: bool = False) -> Approval:
    """Return a request that is in scope.

    Args:
        lock: lock it until the transaction ends, so that no other transaction decides it.

    Raises:
        NotFoundError: no request has this number.
    """
    own = approvals.c.approval_id == approval_id
    statement: Select[Any] = select(approvals).where(own, _seen(tx.scope))
    row = tx.connection.execute(statement.with_for_update() if lock else statement).first()
    if row is None:
        raise NotFoundError(
            Phrase(
                "there is no approval {approval_id}; `offline-collect approvals list` shows them all",
                approval_id=approval_id,
            )
        )
    return _record(row)


def _seen(scope: Scope) -> ColumnElement[bool]:
    """Return whether a request is in a scope; its own columns count, as a requested merchant does not exist yet."""
    if scope.whole:
        return true()
    below = select(organisations.c.organisation_id).where(in_subtree(scope))
    seen = approvals.c.organisation_id.in_(below)
    if scope.merchants is None:
        return seen
    return and_(seen, approvals.c.merchant_id.in_(sorted(scope.merchants)))


def seen_numbers(scope: Scope) -> Select[Any]:
    """Return the query of the numbers of requests in a scope, as the audit trail writes them."""
    return select(cast(approvals.c.approval_id, String(20))).where(_seen(scope))


def list_approvals(
    tx: StoreTransaction,
    now: dt.datetime,
    state: ApprovalState | None = None,
    merchant_id: str | None = None,
    most: int = 100,
    *,
    before: int | None = None,
) -> list[Approval]:
    """Return requests in scope, the latest first; one that has expired by ``now`` counts as EXPIRED, marked or not.

    Args:
        before: number of the request that the page comes after; None for the first page.
    """
    wanted = select(approvals).where(_seen(tx.scope)).order_by(approvals.c.approval_id.desc()).limit(most)
    if before is not None:
        wanted = wanted.where(approvals.c.approval_id < before)
    if merchant_id is not None:
        wanted = wanted.where(approvals.c.merchant_id == merchant_id)
    if state is not None:
        wanted = wanted.where(_in_state(state, now))
    return [_record(row) for row in tx.connection.execute(wanted)]


def _in_state(state: ApprovalState, now: dt.datetime) -> ColumnElement[bool]:
    stored = approvals.c.state == state.value
    pending = approvals.c.state == ApprovalState.PENDING.value
    if state is ApprovalState.PENDING:
        return and_(stored, approvals.c.expires_at > now)
    if state is ApprovalState.EXPIRED:
        return or_(stored, and_(pending, approvals.c.expires_at <= now))
    return stored


def pending_of(tx: StoreTransaction, user: str) -> int:
    """Return how many requests of a user wait."""
    waiting = (approvals.c.state == ApprovalState.PENDING.value, approvals.c.asked_by == user)
    return int(
        tx.connection.execute(select(func.count()).select_from(approvals).where(*waiting)).scalar_one()
    )


def pending_about(tx: StoreTransaction, action: DualAction, subject: str, now: dt.datetime) -> list[Approval]:
    """Return the requests for an action on a subject that wait, of all users, the oldest first; a bounded number."""
    own = approvals.c
    about = (own.action == action.value, own.subject == subject, _in_state(ApprovalState.PENDING, now))
    asked = select(approvals).where(*about).order_by(own.approval_id).limit(_OVERDUE_AT_ONCE)
    return [_record(row) for row in tx.connection.execute(asked)]


def overdue_approvals(tx: StoreTransaction, now: dt.datetime) -> list[Approval]:
    """Return requests that wait although they have expired, the oldest first, a bounded number."""
    overdue = (approvals.c.state == ApprovalState.PENDING.value, approvals.c.expires_at <= now)
    wanted = select(approvals).where(*overdue).order_by(approvals.c.approval_id).limit(_OVERDUE_AT_ONCE)
    return [_record(row) for row in tx.connection.execute(wanted)]


def decide_approval(
    tx: StoreTransaction,
    approval_id: int,
    state: ApprovalState,
    actor: Actor | str,
    now: dt.datetime,
    reason: str | None = None,
) -> None:
    """End the life of a waiting request.

    Args:
        actor: the user who decides; only a name if the clock does.

    Raises:
        WrongStateError: another process has already decided it.
    """
    name, through = (actor, None) if isinstance(actor, str) else (actor.name, actor.through)
    decided = {
        "state": state.value,
        "decided_by": name,
        "decided_through": through,
        "decided_at": now,
        "reason": reason,
    }
    waiting = (approvals.c.approval_id == approval_id, approvals.c.state == ApprovalState.PENDING.value)
    if not tx.connection.execute(update(approvals).where(*waiting).values(decided)).rowcount:
        raise WrongStateError(
            Phrase("approval {approval_id} does not wait any more", approval_id=approval_id)
        )


def subject_of(asked: Approval) -> Subject:
    """Return a request as the subject of an audit row."""
    return Subject(SubjectType.APPROVAL, str(asked.approval_id), asked.merchant_id)


def describe_briefly(asked: Approval) -> dict[str, Any]:
    """Return a request for the audit trail: requester and change; the payload stays in its own table."""
    described = {
        "asks_for": asked.action.value,
        "subject": asked.subject,
        "asked_by": asked.asked_by,
        "asked_through": asked.asked_through,
        "expires_at": asked.expires_at.isoformat(),
    }
    return {key: value for key, value in described.items() if value is not None}


def _record(row: Row[Any]) -> Approval:
    values = dict(row._mapping)  # noqa: SLF001 - public in SQLAlchemy
    return Approval(
        **values
        | {
            "action": DualAction(row.action),
            "state": ApprovalState(row.state),
            "payload": from_json(row.payload),
        }
    )
