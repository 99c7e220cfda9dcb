"""Signing in to the console, and proving again who one is."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace

from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Role
from offline_collect.domain.access.sessions import SessionState, SessionTimes
from offline_collect.domain.access.sign_in import is_locked
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.errors import SignInError
from offline_collect.merchant.access.factor_secrets import open_secret
from offline_collect.merchant.access.password_hashes import hash_password, is_outdated, matches
from offline_collect.merchant.access.second_factor import step_of
from offline_collect.merchant.access.sessions import begin, confirm_session, digest_of_key
from offline_collect.merchant.access.sign_in_rate import SignInRate
from offline_collect.merchant.keys.custody import Custody
from offline_collect.store import SqlStore, StoreTransaction, append_audit, get_user
from offline_collect.store.backoffice.console_sessions import ConsoleSession
from offline_collect.store.backoffice.credentials import Credentials, get_credentials, put_credentials

SIGN_IN = "console sign-in"
REFUSED = "console sign-in refused"
CONFIRMED = "console confirm"

WRONG = Phrase(
    "name, password or code is wrong, or too many were wrong: after five a user waits, at most an hour;"
    " an ADMIN sets a new password"
)


_TIMES = SessionTimes()


@dataclass(frozen=True, slots=True, repr=False)
class Proof:
    """What a user gives to prove who he is; its repr shows nothing of it.

    Attributes:
        code: of the second factor; '' without one.
    """

    name: str
    password: str
    code: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class SignedIn:
    """A new session.

    Attributes:
        key: what the browser has, and nobody else.
    """

    key: str
    session: ConsoleSession


@dataclass(frozen=True, slots=True)
class SignInRules:
    """What the configuration asks of users.

    Attributes:
        require_totp: whether each needs a second factor.
        factor_roles: whose users need one in any case.
        custody: of the secrets of second factors; None without a master key.
        rate: counts attempts; None for no bound.
    """

    times: SessionTimes = _TIMES
    require_totp: bool = False
    custody: Custody | None = None
    rate: SignInRate | None = None
    factor_roles: frozenset[Role] = frozenset()

    def take_attempt(self, store: SqlStore, address: str, name: str, now: dt.datetime) -> None:
        """Count an attempt to prove who one is.

        Raises:
            TooManyAttemptsError: there were too many.
        """
        if self.rate is not None:
            self.rate.take(store, address, name, now)

    def asks_factor(self, roles: Collection[str]) -> bool:
        """Whether users of these roles need a second factor."""
        return self.require_totp or not self.factor_roles.isdisjoint(roles)

    def wants_factor(self, known: Credentials, roles: Collection[str]) -> bool:
        """Whether a user of these roles must still add a second factor."""
        return self.asks_factor(roles) and known.totp_secret is None

    def state_of(self, known: Credentials, roles: Collection[str]) -> SessionState:
        """Return the state in which the session of a user of these roles begins."""
        lacks = known.must_change or self.wants_factor(known, roles)
        return SessionState.PREPARING if lacks else SessionState.OPEN


def sign_in(store: SqlStore, proof: Proof, address: str, now: dt.datetime, rules: SignInRules) -> SignedIn:
    """Begin a session under a new key.

    Args:
        store: where users are kept.
        proof: name, password and code.
        address: the network address of the browser.
        now: the present time.
        rules: what the configuration asks of users.

    Raises:
        SignInError: it is wrong, the user is disabled or unknown, or must wait; it does not say which.
        TooManyAttemptsError: too many attempts came from the address, or with the name.
        SecondFactorError: the user's second factor is under another master key.
    """
    rules.take_attempt(store, address, proof.name, now)
    known, roles = _checked(store, proof, now, rules)
    key = secrets.token_urlsafe(32)
    session = ConsoleSession(
        digest=digest_of_key(key),
        name=known.name,
        state=rules.state_of(known, roles),
        address=address,
        began_at=now,
        seen_at=now,
        confirmed_at=now,
    )
    with store.transaction() as tx:
        begin(tx, session, now)
        _record(tx, SIGN_IN, known.name, {"address": address}, now)
    return SignedIn(key, session)


def confirm(
    store: SqlStore, session: ConsoleSession, proof: Proof, now: dt.datetime, rules: SignInRules
) -> None:
    """Take the proof of a session's user again: for some minutes he may do what moves money.

    Raises:
        SignInError: it is wrong, or the session is over; or there were too many attempts.
    """
    rules.take_attempt(store, session.address, session.name, now)
    known, _ = _checked(store, replace(proof, name=session.name), now, rules)
    with store.transaction() as tx:
        if not confirm_session(tx, session, rules.times, now):
            raise SignInError(Phrase("the session is over: sign in again"))
        _record(tx, CONFIRMED, known.name, None, now)


def _checked(
    store: SqlStore, proof: Proof, now: dt.datetime, rules: SignInRules
) -> tuple[Credentials, Collection[str]]:
    """Return the credentials and the roles of a user who has proved who he is; count a wrong attempt."""
    if not proof.name:
        raise SignInError(WRONG)
    with store.snapshot() as reading:
        user, known = get_user(reading, proof.name), get_credentials(reading, proof.name)
    # A hash is computed in any case, so that the time of the answer does not tell which names there are.
    right = matches(None if known is None else known.password_hash, proof.password)
    if user is None or known is None:
        raise SignInError(WRONG)
    with store.transaction() as tx:
        locked = get_credentials(tx, proof.name, lock=True)
        counts = locked is not None and not user.disabled and locked.password_hash == known.password_hash
        after = _decided(locked, proof, now, rules, right=right) if locked is not None and counts else None
        if after is not None:
            put_credentials(tx, after)
            if after.failures:
                _record(tx, REFUSED, proof.name, {"failures": after.failures}, now)
    if after is None or after.failures:
        raise SignInError(WRONG)
    return after, user.roles


def _decided(
    locked: Credentials, proof: Proof, now: dt.datetime, rules: SignInRules, *, right: bool
) -> Credentials | None:
    """Return the credentials after an attempt: with a failure more, or with none; None if it does not count."""
    if is_locked(locked.failures, locked.failed_at, now):
        return None
    step = locked.totp_step
    if right and locked.totp_secret is not None:
        secret = open_secret(rules.custody, locked.name, locked.totp_secret)
        step = step_of(secret, proof.code, now, locked.totp_step)
        right = step is not None
    if not right:
        return replace(locked, failures=locked.failures + 1, failed_at=now)
    fresh = locked.password_hash
    if fresh is not None and is_outdated(fresh):
        fresh = hash_password(proof.password)
    return replace(locked, failures=0, failed_at=None, totp_step=step, password_hash=fresh)


def _record(tx: StoreTransaction, action: str, name: str, after: object, now: dt.datetime) -> None:
    append_audit(tx, name, action, Subject(SubjectType.USER, name), None, after, now)
