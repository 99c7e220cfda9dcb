"""Passwords and second factors: set for another user, and changed by their own user."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.access.sessions import SessionState
from offline_collect.domain.access.sign_in import password_problem
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.errors import (
    ChangedSinceError,
    PasswordError,
    SecondFactorError,
    UnknownUserError,
)
from offline_collect.merchant.access.factor_secrets import NO_MASTER_KEY, open_secret, seal_secret
from offline_collect.merchant.access.password_hashes import hash_password, matches
from offline_collect.merchant.access.requests import ASKS_FIRST, Asked, DualControl, Request, ask
from offline_collect.merchant.access.second_factor import new_secret, step_of
from offline_collect.merchant.access.sessions import end_others, prepare_session
from offline_collect.merchant.access.sign_in import SignInRules
from offline_collect.store import SqlStore, StoreTransaction, append_audit, get_user, lock_keys
from offline_collect.store.backoffice.console_sessions import ConsoleSession
from offline_collect.store.backoffice.credentials import Credentials, get_credentials, put_credentials


def set_password(
    store: SqlStore,
    name: str,
    password: str,
    actor: Actor,
    now: dt.datetime,
    control: DualControl = ASKS_FIRST,
    *,
    forget_totp: bool = False,
) -> Asked | None:
    """Set a password that its user must change at the first sign-in; needs two people, since it lets act as him.

    His sessions end, and he need not wait any more after wrong passwords.

    Args:
        store: where users are kept.
        name: the user's name.
        password: the new one.
        actor: sets it.
        now: the present time.
        control: how another user's consent is asked for.
        forget_totp: remove the second factor, which its user has lost.

    Raises:
        NotPermittedError: the actor may not maintain users.
        UnknownUserError: there is no such user.
        PasswordError: the password is too short or too simple.
    """
    actor.require(Permission.MAINTAIN_USERS)
    _refuse_weak(password, name)
    hashed = hash_password(password)
    with store.transaction() as tx:
        user = get_user(tx, name, lock=True)
        if user is None:
            raise UnknownUserError(name)
        known = _known(tx, name)
        if control.asks(actor):
            put_credentials(tx, replace(known, proposed_hash=hashed))
            payload = {"name": name, "password_digest": _digest(hashed), "forget_totp": forget_totp}
            request = Request(
                DualAction.USER_PASSWORD, None, name, payload, organisation_id=user.organisation_id
            )
            return ask(tx, request, actor, now, control)
        _set(tx, replace(known, proposed_hash=hashed), actor, now, control, forget_totp=forget_totp)
    return None


def first_password(name: str, password: str, *, asks: bool) -> Credentials:
    """Return how a new user signs in for the first time; he must then choose another password.

    Args:
        name: the user's name.
        password: the one-time password.
        asks: whether the user is only asked for: a request shows what it asks for, so it has no password.

    Raises:
        PasswordError: the password is too simple, or the user is only asked for.
    """
    _refuse_weak(password, name)
    if asks:
        raise PasswordError(
            Phrase(
                "the user must be approved first: leave --password-file out; once he is there, `offline-collect user"
                " password {name}` sets it",
                name=name,
            )
        )
    return Credentials(name, hash_password(password), must_change=True)


def put_first_password(tx: StoreTransaction, first: Credentials, actor: Actor, now: dt.datetime) -> None:
    """Store how a user signs in for the first time, on record."""
    put_credentials(tx, first)
    _record_password(tx, first.name, actor, now, forget_totp=False)


def set_password_approved(
    store: SqlStore, payload: Mapping[str, Any], actor: Actor, now: dt.datetime, control: DualControl
) -> None:
    """Set the password of an approved request.

    Raises:
        NotPermittedError: the requester may not maintain users any more.
        ChangedSinceError: another password was proposed for the user since.
    """
    actor.require(Permission.MAINTAIN_USERS)
    with store.transaction() as tx:
        known = _known(tx, payload["name"])
        if known.proposed_hash is None or _digest(known.proposed_hash) != payload["password_digest"]:
            raise ChangedSinceError
        _set(tx, known, actor, now, control, forget_totp=payload["forget_totp"])


def _set(
    tx: StoreTransaction,
    known: Credentials,
    actor: Actor,
    now: dt.datetime,
    control: DualControl,
    *,
    forget_totp: bool,
) -> None:
    after = replace(
        known,
        password_hash=known.proposed_hash,
        proposed_hash=None,
        must_change=True,
        failures=0,
        failed_at=None,
        totp_secret=None if forget_totp else known.totp_secret,
    )
    put_credentials(tx, after)
    end_others(tx, known.name, None, now)
    control.take(tx)
    _record_password(tx, known.name, actor, now, forget_totp=forget_totp)


def _record_password(
    tx: StoreTransaction, name: str, actor: Actor, now: dt.datetime, *, forget_totp: bool
) -> None:
    document = {"one_time": True, "forget_totp": forget_totp}
    append_audit(tx, actor, DualAction.USER_PASSWORD.value, _subject(name), None, document, now)


def change_password(
    store: SqlStore, session: ConsoleSession, old: str, new: str, now: dt.datetime, rules: SignInRules
) -> None:
    """Change the password of a session's own user; his other sessions end.

    Raises:
        PasswordError: the old one is wrong, or the new one is too short, too simple, or the same.
        TooManyAttemptsError: too many attempts came from the address, or with the name.
    """
    _refuse_weak(new, session.name)
    if old == new:
        raise PasswordError(Phrase("the new password is the old one: choose another"))
    rules.take_attempt(store, session.address, session.name, now)
    with store.snapshot() as reading:
        read = get_credentials(reading, session.name)
    if read is None or not matches(read.password_hash, old):
        raise PasswordError(Phrase("the old password is wrong"))
    hashed = hash_password(new)
    with store.transaction() as tx:
        known = _known(tx, session.name)
        if known.password_hash != read.password_hash:
            raise PasswordError(Phrase("the old password is wrong"))
        after = replace(known, password_hash=hashed, must_change=False)
        put_credentials(tx, after)
        end_others(tx, session.name, session.digest, now)
        _open(tx, session, after, now, rules)
        append_audit(tx, session.name, "console password", _subject(session.name), None, None, now)


def propose_totp(store: SqlStore, session: ConsoleSession, rules: SignInRules) -> str:
    """Return the secret of a second factor that a session's user is to enter into his device.

    The same until he gives a code of it.

    Raises:
        SecondFactorError: there is no master key to keep it under, or another one.
    """
    name, custody = session.name, rules.custody
    if custody is None:
        raise SecondFactorError(NO_MASTER_KEY)
    with store.snapshot() as reading:
        read = get_credentials(reading, name)
    if read is not None and read.proposed_totp is not None:
        return open_secret(custody, name, read.proposed_totp)
    with store.transaction() as tx:
        lock_keys(tx)
        known = _known(tx, name)
        proposed = known.proposed_totp or seal_secret(tx, custody, name, new_secret())
        put_credentials(tx, replace(known, proposed_totp=proposed))
    return open_secret(custody, name, proposed)


def accept_totp(
    store: SqlStore, session: ConsoleSession, code: str, now: dt.datetime, rules: SignInRules
) -> None:
    """Make a proposed second factor the user's, with a code of it; the former one ends.

    Raises:
        PasswordError: the code is wrong.
        SecondFactorError: the proposed one is under another master key.
    """
    with store.transaction() as tx:
        known = _known(tx, session.name)
        step = None
        if known.proposed_totp is not None:
            step = step_of(open_secret(rules.custody, known.name, known.proposed_totp), code, now, None)
        if step is None:
            raise PasswordError(
                Phrase("the code is wrong: give the one that the device shows now, and check its clock")
            )
        after = replace(known, totp_secret=known.proposed_totp, proposed_totp=None, totp_step=step)
        put_credentials(tx, after)
        _open(tx, session, after, now, rules)
        append_audit(tx, session.name, "console second factor", _subject(session.name), None, None, now)


def lacks(store: SqlStore, session: ConsoleSession, rules: SignInRules) -> tuple[bool, bool]:
    """Return whether a session's user must still choose a password, and whether a second factor is missing."""
    with store.snapshot() as reading:
        known = get_credentials(reading, session.name) or Credentials(session.name)
        roles = _roles(reading, session.name)
    return known.must_change, rules.wants_factor(known, roles)


def _open(
    tx: StoreTransaction, session: ConsoleSession, known: Credentials, now: dt.datetime, rules: SignInRules
) -> None:
    """Open all pages to a session once its user lacks nothing more."""
    opens = rules.state_of(known, _roles(tx, session.name)) is SessionState.OPEN
    if session.state is SessionState.PREPARING and opens:
        prepare_session(tx, session, rules.times, now)


def _roles(tx: StoreTransaction, name: str) -> Collection[str]:
    user = get_user(tx, name)
    return () if user is None else user.roles


def _known(tx: StoreTransaction, name: str) -> Credentials:
    return get_credentials(tx, name, lock=True) or Credentials(name)


def _refuse_weak(password: str, name: str) -> None:
    problem = password_problem(password, name)
    if problem is not None:
        raise PasswordError(problem)


def _digest(hashed: str) -> str:
    """Return a digest of a hash: what a request shows of a password, which tells nothing of it."""
    return hashlib.sha256(hashed.encode()).hexdigest()


def _subject(name: str) -> Subject:
    return Subject(SubjectType.USER, name)
