"""Sessions of the console, by the digest of what the browser has."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, delete, insert, or_, select, update

from offline_collect.domain.access.sessions import LIVING, SessionStanding, SessionState
from offline_collect.store.schema.console_tables import console_sessions
from offline_collect.store.schema.user_tables import users
from offline_collect.store.sql.scope import sees_user
from offline_collect.store.sql.transaction import StoreTransaction

_LIVING = tuple(sorted(state.value for state in LIVING))
_OWN = console_sessions.c


@dataclass(frozen=True, slots=True)
class ConsoleSession:
    """A session.

    Attributes:
        digest: SHA-256 of what the browser has.
        name: the user's.
        address: the network address of the browser at the sign-in.
        ended_at: None while it lives.
    """

    digest: str
    name: str
    state: SessionState
    address: str
    began_at: dt.datetime
    seen_at: dt.datetime
    confirmed_at: dt.datetime
    ended_at: dt.datetime | None = None

    @property
    def standing(self) -> SessionStanding:
        """What its next transition depends on."""
        return SessionStanding(self.state, self.began_at, self.seen_at, self.confirmed_at)


def add_session(tx: StoreTransaction, session: ConsoleSession) -> None:
    """Add a session."""
    tx.connection.execute(insert(console_sessions), _row(session))


def get_session(tx: StoreTransaction, digest: str, *, lock: bool = False) -> ConsoleSession | None:
    """Return a session; None if there is none, or its user is out of the transaction's scope."""
    asked = _seen(tx).where(_OWN.digest == digest)
    # Only the session's own row: its user's is read with every page.
    row = tx.connection.execute(asked.with_for_update(of=_OWN.digest) if lock else asked).mappings().first()
    return None if row is None else _session(row)


def put_session(tx: StoreTransaction, after: ConsoleSession) -> None:
    """Write a session in place of its former state."""
    tx.connection.execute(update(console_sessions).where(_OWN.digest == after.digest).values(_row(after)))


def living_sessions(
    tx: StoreTransaction, name: str | None = None, *, after: tuple[str, str] | None = None, most: int = 100
) -> list[ConsoleSession]:
    """Return sessions that are PREPARING or OPEN, by user and digest, and perhaps have expired meanwhile.

    Args:
        name: of one user; None for all in scope.
        after: user and digest of the last one of the page before; None for the first page.
        most: how many at most.
    """
    asked = _seen(tx).where(_OWN.state.in_(_LIVING))
    if after is not None:
        further = or_(_OWN.name > after[0], and_(_OWN.name == after[0], _OWN.digest > after[1]))
        asked = asked.where(further)
    if name is not None:
        asked = asked.where(_OWN.name == name)
    found = tx.connection.execute(asked.order_by(_OWN.name, _OWN.digest).limit(most)).mappings()
    return [_session(row) for row in found]


def forget_sessions(tx: StoreTransaction, name: str, before: dt.datetime) -> None:
    """Delete a user's sessions that began before a moment and are over."""
    over = _OWN.state.not_in(_LIVING)
    tx.connection.execute(delete(console_sessions).where(_OWN.name == name, over, _OWN.began_at < before))


def _seen(tx: StoreTransaction) -> Select[Any]:
    return select(console_sessions).join(users, users.c.name == _OWN.name).where(sees_user(tx.scope))


def _row(session: ConsoleSession) -> dict[str, Any]:
    row = {name: getattr(session, name) for name in ConsoleSession.__slots__}
    return {**row, "state": session.state.value}


def _session(row: Any) -> ConsoleSession:
    return ConsoleSession(**{**row, "state": SessionState(row["state"])})
