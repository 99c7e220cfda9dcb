"""Checks of ``verify`` about links' keys: their states, their history in the audit trail, and their values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, not_, or_, select

from offline_collect.domain.access.audit import SubjectType
from offline_collect.domain.keys.life import LIFE, MASTER, KeyPurpose, KeyState
from offline_collect.store.backoffice.link_keys import LinkKey, stored_keys
from offline_collect.store.database.json import from_json
from offline_collect.store.schema.key_tables import link_keys
from offline_collect.store.schema.user_tables import audit_trail
from offline_collect.store.sql.transaction import StoreTransaction

KeyProblem = Callable[[LinkKey], str | None]
"""Returns what is wrong with the value of a stored key; None if it opens and has its check value."""

_row = link_keys.c
_PLACE = _row.key_name + literal(" ") + _row.purpose + literal(" ") + cast(_row.key_number, String(20))
_BEGINNINGS = {KeyState.ENTERING.value, KeyState.ISSUED.value}
_CHANGES = {(source.value, step.target.value) for step in LIFE.values() for source in step.sources}
_MAKES_NOTHING = "keys export"


@dataclass(frozen=True, slots=True)
class _Step:
    """An audit row of a key.

    Attributes:
        place: the name, purpose and number of the key.
        stored: the state of the key now; None if there is no such key.
    """

    place: str
    action: str
    before: str | None
    after: str | None
    stored: str | None


def queries() -> Mapping[str, Select[Any]]:
    """Return the queries by the meaning of their rows; a row names a key, or the name of a link's keys."""
    return {
        "the key's state does not go with its value, its purpose or its times": _wrong_state(),
        "the link has several current keys of one purpose": _several_current(),
        "keys are stored under several master keys: `keys rewrap` makes it one": _several_masters(),
        "the audit trail has no row about the key": _unsaid_key(),
    }


def _in_state(*states: KeyState) -> ColumnElement[bool]:
    return _row.state.in_([state.value for state in states])


def _wrong_state() -> Select[Any]:
    kek = _row.purpose == KeyPurpose.KEK.value
    return select(_PLACE.label("subject")).where(
        or_(
            not_(_in_state(*KeyState)),
            _row.purpose.not_in([purpose.value for purpose in KeyPurpose]),
            and_(_in_state(KeyState.RETIRED), _row.sealed.is_not(None)),
            and_(not_(_in_state(KeyState.RETIRED)), _row.sealed.is_(None)),
            and_(kek, _in_state(KeyState.ISSUED, KeyState.RETIRING)),
            and_(_in_state(KeyState.RETIRING), _row.retires_at.is_(None)),
            and_(not_(_in_state(KeyState.RETIRING, KeyState.RETIRED)), _row.retires_at.is_not(None)),
            and_(_in_state(KeyState.ENTERING), _row.completed_by.is_not(None)),
            and_(kek, _in_state(KeyState.ACTIVE), _row.completed_by.is_(None)),
            or_(_row.completed_by == _row.made_by, _row.completed_by == _row.made_through),
        )
    )


def _several_current() -> Select[Any]:
    current = _in_state(KeyState.ENTERING, KeyState.ISSUED, KeyState.ACTIVE)
    group = (_row.key_name, _row.purpose, _row.state)
    named = (_row.key_name + literal(" ") + _row.purpose).label("subject")
    return select(named).where(current).group_by(*group).having(func.count() > 1)


def _several_masters() -> Select[Any]:
    stored = select(func.min(_row.master_check_value).label("subject")).where(_row.sealed.is_not(None))
    return stored.having(func.count(_row.master_check_value.distinct()) > 1)


def _unsaid_key() -> Select[Any]:
    said = select(audit_trail.c.subject_id).where(audit_trail.c.subject_type == SubjectType.KEY.value)
    return select(_PLACE.label("subject")).where(_PLACE.not_in(said))


def wrong_histories(tx: StoreTransaction) -> Iterator[tuple[str, str]]:
    """Yield keys whose audit rows do not follow the table of transitions, or do not end in the key's state."""
    last: _Step | None = None
    for step in _steps(tx):
        same = last is not None and last.place == step.place
        if last is not None and not same:
            yield from _end(last)
        problem = _problem(step, last if same else None)
        if problem is not None:
            yield step.place, problem
        last = step
    if last is not None:
        yield from _end(last)


def _steps(tx: StoreTransaction) -> Iterator[_Step]:
    trail = audit_trail.c
    columns = (trail.subject_id, trail.action, trail.before, trail.after, _row.state)
    of_keys = select(*columns).outerjoin_from(audit_trail, link_keys, trail.subject_id == _PLACE)
    found = of_keys.where(trail.subject_type == SubjectType.KEY.value, trail.subject_id != MASTER)
    for place, action, before, after, stored in tx.connection.execute(
        found.order_by(trail.subject_id, trail.sequence).execution_options(yield_per=1_000)
    ):
        yield _Step(place, action, _state_in(before), _state_in(after), stored)


def _state_in(document: Any) -> str | None:
    values = from_json(document) if document is not None else None
    return values.get("state") if isinstance(values, dict) else None


def _problem(step: _Step, last: _Step | None) -> str | None:
    if last is None:
        begins = step.before is None and step.after in _BEGINNINGS
        return None if begins else "the audit trail does not say how the key was made"
    if step.action == _MAKES_NOTHING:
        return None if step.after == last.after else "the key was exported in another state than it had"
    if step.before != last.after or (step.before, step.after) not in _CHANGES:
        return f"no transition leads from {last.after} to {step.after}"
    return None


def _end(last: _Step) -> Iterable[tuple[str, str]]:
    if last.stored is None:
        yield last.place, "the audit trail names this key, and the store does not have it"
    elif last.stored != last.after:
        yield last.place, f"the key is {last.stored}, and the audit trail ends with {last.after}"


def wrong_values(tx: StoreTransaction, problem_of: KeyProblem) -> Iterator[tuple[str, str]]:
    """Yield stored keys that do not open under the master key, or have another check value."""
    for key in stored_keys(tx):
        problem = problem_of(key)
        if problem is not None:
            yield key.place, problem
