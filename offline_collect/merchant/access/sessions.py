"""Sessions of the console: begun, found again by what the browser has, listed and ended."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import replace

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.access.sessions import (
    KEEP_ENDED,
    LIFE,
    LIVING,
    SESSIONS_MAX,
    SessionEvent,
    SessionState,
    SessionTimes,
)
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store import NotFoundError, SqlStore, StoreTransaction, append_audit
from offline_collect.store.backoffice.console_forms import forget_forms_sent
from offline_collect.store.backoffice.console_sessions import (
    ConsoleSession,
    add_session,
    forget_sessions,
    get_session,
    living_sessions,
    put_session,
)

SEEN_EVERY = dt.timedelta(seconds=30)
"""How old the moment of the last page may be before it is written again: not every page costs a commit."""

KEEP_FORMS = dt.timedelta(days=1)
"""How long a form that was sent is known."""

_SHOWN = 12
"""Characters of a session's digest that name it in the audit trail."""


def digest_of_key(key: str) -> str:
    """Return the digest by which the store knows a session."""
    return hashlib.sha256(key.encode()).hexdigest()


def begin(tx: StoreTransaction, session: ConsoleSession, now: dt.datetime) -> None:
    """Add a session; end the first ones of a user who has too many, and forget what is long over."""
    forget_sessions(tx, session.name, now - KEEP_ENDED)
    forget_forms_sent(tx, now - KEEP_FORMS)
    living = sorted(living_sessions(tx, session.name), key=lambda each: each.began_at)
    for one in living[: max(0, len(living) - SESSIONS_MAX + 1)]:
        put_session(tx, replace(one, state=LIFE[SessionEvent.ENDED].target, ended_at=now))
    add_session(tx, session)


def resume(
    store: SqlStore, key: str, now: dt.datetime, times: SessionTimes, *, used: bool = True
) -> ConsoleSession | None:
    """Return the session of what a browser has; None if there is none, or it is over.

    Args:
        store: the whole store.
        key: what the browser has.
        now: the present time.
        times: how long sessions last.
        used: whether a person asked for a page: what a page asks for by itself does not keep a session alive.
    """
    digest = digest_of_key(key)
    with store.snapshot() as reading:
        session = get_session(reading, digest)
    if session is None:
        return None
    if session.standing.state_at(times, now) not in LIVING:
        _expire(store, digest, times, now)
        return None
    if used and now - session.seen_at >= SEEN_EVERY:
        _see(store, digest, times, now)
    return session


def _expire(store: SqlStore, digest: str, times: SessionTimes, now: dt.datetime) -> None:
    with store.transaction() as tx:
        session = get_session(tx, digest, lock=True)
        if session is not None and session.standing.allows(SessionEvent.EXPIRED, times, now):
            put_session(tx, replace(session, state=LIFE[SessionEvent.EXPIRED].target, ended_at=now))


def _see(store: SqlStore, digest: str, times: SessionTimes, now: dt.datetime) -> None:
    with store.transaction() as tx:
        session = get_session(tx, digest, lock=True)
        if session is not None and session.standing.allows(SessionEvent.USED, times, now):
            put_session(tx, replace(session, seen_at=now))


def confirm_session(
    tx: StoreTransaction, session: ConsoleSession, times: SessionTimes, now: dt.datetime
) -> bool:
    """Note that a session's user has proved who he is; False if the session is over."""
    return _move(tx, session.digest, SessionEvent.CONFIRMED, times, now) is not None


def prepare_session(
    tx: StoreTransaction, session: ConsoleSession, times: SessionTimes, now: dt.datetime
) -> bool:
    """Open all pages to a session that was PREPARING; False if it is not."""
    return _move(tx, session.digest, SessionEvent.PREPARED, times, now) is not None


def _move(
    tx: StoreTransaction, digest: str, event: SessionEvent, times: SessionTimes, now: dt.datetime
) -> ConsoleSession | None:
    session = get_session(tx, digest, lock=True)
    if session is None or not session.standing.allows(event, times, now):
        return None
    after = replace(session, state=LIFE[event].target, confirmed_at=now, seen_at=now)
    if after.state is SessionState.ENDED:
        after = replace(session, state=after.state, ended_at=now)
    put_session(tx, after)
    return after


def sign_out(store: SqlStore, session: ConsoleSession, times: SessionTimes, now: dt.datetime) -> None:
    """End a user's own session."""
    with store.transaction() as tx:
        if _move(tx, session.digest, SessionEvent.SIGNED_OUT, times, now) is not None:
            subject = Subject(SubjectType.USER, session.name)
            append_audit(tx, session.name, "console sign-out", subject, None, None, now)


def end_others(tx: StoreTransaction, name: str, kept: str | None, now: dt.datetime) -> None:
    """End all sessions of a user but one: his password has changed."""
    for one in living_sessions(tx, name):
        if one.digest != kept:
            put_session(tx, replace(one, state=LIFE[SessionEvent.ENDED].target, ended_at=now))


def view_sessions(
    store: SqlStore,
    actor: Actor,
    now: dt.datetime,
    times: SessionTimes,
    *,
    after: tuple[str, str] | None = None,
    most: int = 100,
) -> Sequence[ConsoleSession]:
    """Return the sessions that live, by user: of all users for one who maintains them, else only the actor's own.

    Args:
        after: user and digest of the last one of the page before; None for the first page.
        most: how many at most.

    Raises:
        NotPermittedError: the actor may not look.
    """
    actor.require(Permission.VIEW)
    name = None if actor.may(Permission.MAINTAIN_USERS) else actor.name
    with store.snapshot() as reading:
        found = living_sessions(reading, name, after=after, most=most)
    return [each for each in found if each.standing.state_at(times, now) in LIVING]


def end_session(
    store: SqlStore, digest: str, actor: Actor, now: dt.datetime, times: SessionTimes
) -> ConsoleSession:
    """End a session: one's own, or another user's; return it as it was.

    Raises:
        NotPermittedError: it is another user's, and the actor does not maintain users.
        NotFoundError: there is no such session, it is out of sight, or over.
    """
    with store.transaction() as tx:
        session = get_session(tx, digest) if digest else None
        if session is None:
            raise NotFoundError(Phrase("there is no such session"))
        if session.name != actor.name:
            actor.require(Permission.MAINTAIN_USERS)
        if _move(tx, digest, SessionEvent.ENDED, times, now) is None:
            raise NotFoundError(Phrase("the session is over already"))
        subject = Subject(SubjectType.USER, session.name)
        document = {"session": digest[:_SHOWN]}
        append_audit(tx, actor, "console end", subject, document, None, now)
    return session
