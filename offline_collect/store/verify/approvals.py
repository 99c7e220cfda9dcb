"""Queries of ``verify`` about requests: two users took part in each, in time, and the audit trail records it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
)

from offline_collect.domain.access.approvals import PENDING_MAX, ApprovalState
from offline_collect.domain.access.audit import SubjectType
from offline_collect.domain.business_days.days import CLOCK
from offline_collect.store.schema.approval_tables import approvals
from offline_collect.store.schema.user_tables import audit_trail

_row = approvals.c
_NUMBER = cast(_row.approval_id, String(20))
ASKED = "approvals ask"
_BY_PEOPLE = (
    ApprovalState.APPROVED,
    ApprovalState.REJECTED,
    ApprovalState.WITHDRAWN,
    ApprovalState.LAPSED,
)
ENDED_BY = {
    ApprovalState.APPROVED: "approvals approve",
    ApprovalState.REJECTED: "approvals reject",
    ApprovalState.WITHDRAWN: "approvals withdraw",
    ApprovalState.EXPIRED: "approvals expire",
    ApprovalState.LAPSED: "approvals lapse",
}
"""Action of the audit row for each end of a request."""


def queries() -> Mapping[str, Select[Any]]:
    """Return the queries by the meaning of their rows; a row names a request or a user."""
    return {
        "the request's state does not go with who decided it, or when": _state_without_decision(),
        "the request was decided by who asked for it, or withdrawn by another": _by_the_wrong_person(),
        "the request was decided after it had expired, or expired too early": _at_the_wrong_time(),
        "the audit trail does not say that this was asked for": _unsaid_ask(),
        "the audit trail does not say that the request ended like that": _unsaid_end(),
        "the audit trail has a step of this request that does not match it": _said_of_nothing(),
        "more requests of this user wait than one may have": _too_many_waiting(),
    }


def _in_state(*states: ApprovalState) -> ColumnElement[bool]:
    return _row.state.in_([state.value for state in states])


def _found(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(_NUMBER.label("subject")).where(*conditions)


def _state_without_decision() -> Select[Any]:
    decided = (_row.decided_by, _row.decided_at)
    left = or_(*(each.is_not(None) for each in (*decided, _row.decided_through, _row.reason)))
    return _found(
        or_(
            and_(_in_state(ApprovalState.PENDING), left),
            and_(not_(_in_state(ApprovalState.PENDING)), or_(*(each.is_(None) for each in decided))),
            and_(_in_state(ApprovalState.EXPIRED), _row.decided_by != CLOCK),
            not_(_in_state(*ApprovalState)),
        )
    )


def _by_the_wrong_person() -> Select[Any]:
    names = ((_row.asked_by, _row.asked_through), (_row.decided_by, _row.decided_through))
    same = or_(*(asked == decided for asked in names[0] for decided in names[1]))
    # A NULL name equals no other name: the CASE turns that into 0, which the negation needs.
    by_who_asked = case((same, literal(1)), else_=literal(0))
    return _found(
        or_(
            and_(_in_state(ApprovalState.APPROVED, ApprovalState.REJECTED), by_who_asked == 1),
            and_(_in_state(ApprovalState.WITHDRAWN), by_who_asked == 0),
        )
    )


def _at_the_wrong_time() -> Select[Any]:
    return _found(
        or_(
            _row.expires_at <= _row.asked_at,
            and_(_in_state(*_BY_PEOPLE), _row.decided_at >= _row.expires_at),
            and_(_in_state(ApprovalState.EXPIRED), _row.decided_at < _row.expires_at),
        )
    )


def _rows_of_requests() -> Any:
    of_requests = audit_trail.c.subject_type == SubjectType.APPROVAL.value
    kept = (audit_trail.c.subject_id, audit_trail.c.action, audit_trail.c.actor)
    return select(*kept).where(of_requests).subquery("of_requests")


def _says(trail: Any, action: ColumnElement[Any], actor: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(trail.c.subject_id == _NUMBER, trail.c.action == action, trail.c.actor == actor)


def _unsaid_ask() -> Select[Any]:
    trail = _rows_of_requests()
    asked = _says(trail, literal(ASKED), _row.asked_by)
    return _found(trail.c.action.is_(None)).outerjoin_from(approvals, trail, asked)


def _unsaid_end() -> Select[Any]:
    trail = _rows_of_requests()
    ended = _says(trail, _ending_action(), _row.decided_by)
    return _found(trail.c.action.is_(None), not_(_in_state(ApprovalState.PENDING))).outerjoin_from(
        approvals, trail, ended
    )


def _ending_action() -> ColumnElement[Any]:
    return case(*((_row.state == state.value, literal(action)) for state, action in ENDED_BY.items()))


def _said_of_nothing() -> Select[Any]:
    trail = _rows_of_requests()
    so = or_(_says(trail, literal(ASKED), _row.asked_by), _says(trail, _ending_action(), _row.decided_by))
    known = trail.c.action.in_([ASKED, *ENDED_BY.values()])
    return (
        select(trail.c.subject_id.label("subject"))
        .outerjoin_from(trail, approvals, so)
        .where(known, _row.approval_id.is_(None))
    )


def _too_many_waiting() -> Select[Any]:
    waiting = select(_row.asked_by.label("subject")).where(_in_state(ApprovalState.PENDING))
    return waiting.group_by(_row.asked_by).having(func.count() > PENDING_MAX)
