"""Users of the back office: who they are, and what each may do.

Commands ask for no password: a person who may run them can read the database, and so is trusted to give the right name.
The console asks the same users for a password (``sign_in``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from offline_collect.domain.access.actor import SYSTEM, Actor
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.organisation import WHOLE, Scope, scope_of
from offline_collect.domain.access.roles import SYSTEM_USER, Permission, Role, permissions_of
from offline_collect.domain.texts.near import did_you_mean
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.credentials import first_password, put_first_password
from offline_collect.merchant.access.errors import (
    DisabledUserError,
    LoneAdminError,
    UnknownUserError,
    UserNameError,
)
from offline_collect.merchant.access.requests import ASKS_FIRST, Asked, DualControl, Request, ask
from offline_collect.merchant.access.sessions import end_others
from offline_collect.merchant.access.user_changes import (
    UserChange,
    check_belonging,
    document_of,
    own_or_default,
    same_belonging,
)
from offline_collect.merchant.access.user_names import checked_account, checked_name, role_names
from offline_collect.store import (
    SqlStore,
    StoreTransaction,
    UserRecord,
    add_user,
    append_audit,
    change_user,
    get_user,
    has_one_bank,
    list_users,
    refuse_shared_account,
    refuse_taken,
    require_organisation,
)


def acting_user(store: SqlStore, name: str, *, through: str | None = None) -> Actor:
    """Return the acting user, with the roles and what the user may see.

    Args:
        store: where users are kept.
        name: the user's name.
        through: the user who acts as this one.

    Raises:
        UnknownUserError: there is no such user.
        DisabledUserError: the user is disabled.
    """
    if name == SYSTEM_USER:
        return SYSTEM
    with store.snapshot() as reading:
        user = get_user(reading, name)
        if user is None:
            raise UnknownUserError(name)
        if user.disabled:
            raise DisabledUserError(name)
        return Actor(name, frozenset(map(Role, user.roles)), through, _scope(reading, user))


def _scope(tx: StoreTransaction, user: UserRecord) -> Scope:
    organisation = require_organisation(tx, user.organisation_id)
    named = frozenset(user.merchants) if Role.MERCHANT in user.roles else None
    return scope_of(organisation, named, one_bank=has_one_bank(tx))


def register_user(
    store: SqlStore,
    name: str,
    roles: Iterable[Role],
    actor: Actor,
    now: dt.datetime,
    control: DualControl = ASKS_FIRST,
    *,
    organisation_id: str | None = None,
    merchants: Iterable[str] = (),
    os_account: str | None = None,
    password: str | None = None,
) -> UserRecord | Asked:
    """Add a user and return him; needs two people.

    Args:
        store: where users are kept.
        name: the user's name, also in the audit trail.
        roles: at least one.
        actor: adds the user.
        now: the present time.
        control: how another user's consent is asked for.
        organisation_id: the user's organisation; None for the actor's. If the actor's is the group, None means
            the group for an ADMIN and the default bank for others.
        merchants: the only merchants that a user with the role MERCHANT sees.
        os_account: the user's account of the operating system.
        password: for the console, to be changed at the first sign-in; only with an actor who acts alone.

    Raises:
        NotPermittedError: the actor may not maintain users.
        NotFoundError: there is no such organisation or merchant.
        RolesError: the roles exclude each other, or do not go with the merchants.
        PasswordError: the password is too simple, or the user must be approved first.
        UserNameError: the name or the account cannot be used.
        LoneAdminError: the user would be the first ADMIN, and no other user could approve.
        AlreadyExistsError: another user has this name or account.
    """
    actor.require(Permission.MAINTAIN_USERS)
    given = role_names(roles)
    belongs = organisation_id or own_or_default(actor.scope, given)
    account = None if os_account is None else checked_account(os_account)
    named = tuple(sorted(set(merchants)))
    user = _record(checked_name(name), given, now, belongs, named, account)
    hashed = None if password is None else first_password(user.name, password, asks=control.asks(actor))
    with store.transaction() as tx:
        done = _add(tx, user, actor, now, control)
        if hashed is not None:
            put_first_password(tx, hashed, actor, now)
        return done


def _record(
    name: str,
    roles: tuple[str, ...],
    now: dt.datetime,
    organisation_id: str,
    merchants: tuple[str, ...],
    os_account: str | None,
) -> UserRecord:
    return UserRecord(
        name,
        roles,
        disabled=False,
        added_at=now,
        organisation_id=organisation_id,
        merchants=merchants,
        os_account=os_account,
    )


def _add(
    tx: StoreTransaction, user: UserRecord, actor: Actor, now: dt.datetime, control: DualControl
) -> UserRecord | Asked:
    check_belonging(tx, user)
    refuse_taken(tx, user)
    _refuse_lone_admin(tx, user)
    if control.asks(actor):
        return ask(tx, _registration(user), actor, now, control)
    add_user(tx, user)
    control.take(tx)
    subject = Subject(SubjectType.USER, user.name)
    append_audit(tx, actor, DualAction.USER_ADD.value, subject, None, document_of(user), now)
    return user


def _registration(user: UserRecord) -> Request:
    payload = document_of(user) | {"organisation": user.organisation_id}
    return Request(DualAction.USER_ADD, None, user.name, payload, organisation_id=user.organisation_id)


def register_approved(
    store: SqlStore, payload: Mapping[str, Any], actor: Actor, now: dt.datetime, control: DualControl
) -> UserRecord | Asked:
    """Add the user of an approved request."""
    return register_user(
        store,
        payload["name"],
        map(Role, payload["roles"]),
        actor,
        now,
        control,
        organisation_id=payload["organisation"],
        merchants=payload.get("merchants", ()),
        os_account=payload.get("os_account"),
    )


def set_user(
    store: SqlStore,
    name: str,
    change: UserChange,
    actor: Actor,
    now: dt.datetime,
    control: DualControl = ASKS_FIRST,
) -> bool | Asked:
    """Change a user; False if nothing differs. Everything except disabling needs two people.

    Args:
        store: where users are kept.
        name: the user's name.
        change: what changes.
        actor: changes the user.
        now: the present time.
        control: how another user's consent is asked for.

    Raises:
        NotPermittedError: the actor may not maintain users.
        NotFoundError: there is no such organisation or merchant.
        RolesError: the roles exclude each other, or do not go with the merchants.
        UnknownUserError: there is no such user.
        UserNameError: the system user cannot change; the account is not valid.
        LoneAdminError: the user would be the first ADMIN, and no other user could approve.
        ChangedSinceError: the user was changed after the request.
        AlreadyExistsError: another user has the account.
    """
    actor.require(Permission.MAINTAIN_USERS)
    with store.transaction() as tx:
        before = _require(tx, name)
        control.refuse_changed(document_of(before))
        after = change.of(before)
        if after == before:
            return False
        # A user of any organisation can be disabled.
        if not same_belonging(before, after):
            check_belonging(tx, after)
        refuse_shared_account(tx, after)
        _refuse_lone_admin(tx, after)
        if change.needs_two and control.asks(actor):
            return ask(tx, _change(before, change), actor, now, control)
        change_user(tx, after)
        if after.disabled:
            end_others(tx, after.name, None, now)
        control.take(tx)
        _audit_change(tx, before, after, actor, now)
    return True


def _change(before: UserRecord, change: UserChange) -> Request:
    return Request(
        DualAction.USER_SET,
        None,
        before.name,
        {"name": before.name} | change.document(),
        against=document_of(before),
        organisation_id=before.organisation_id,
    )


def set_approved(
    store: SqlStore, payload: Mapping[str, Any], actor: Actor, now: dt.datetime, control: DualControl
) -> bool | Asked:
    """Change the user of an approved request."""
    return set_user(store, payload["name"], UserChange.read(payload), actor, now, control)


def _audit_change(
    tx: StoreTransaction, before: UserRecord, after: UserRecord, actor: Actor, now: dt.datetime
) -> None:
    verb = "set" if after.disabled == before.disabled else "disable" if after.disabled else "enable"
    subject = Subject(SubjectType.USER, after.name)
    append_audit(tx, actor, f"user {verb}", subject, document_of(before), document_of(after), now)


def system_ended(tx: StoreTransaction) -> bool:
    """Whether the system user has ended: an ADMIN exists or existed."""
    return any(Role.ADMIN.value in user.roles for user in _all_users(tx))


def _all_users(tx: StoreTransaction) -> list[UserRecord]:
    """Return all users, also those that the acting user may not see."""
    return list_users(replace(tx, scope=WHOLE))


def _refuse_lone_admin(tx: StoreTransaction, user: UserRecord) -> None:
    """Refuse a first ADMIN whose requests no other user could approve: the system user ends with the first ADMIN."""
    if Role.ADMIN.value not in user.roles or system_ended(tx):
        return
    others = (other for other in _all_users(tx) if other.name != user.name and not other.disabled)
    if not any(Permission.APPROVE in permissions_of(map(Role, other.roles)) for other in others):
        raise LoneAdminError(user.name)


def _require(tx: StoreTransaction, name: str) -> UserRecord:
    if name == SYSTEM_USER:
        raise UserNameError(
            Phrase("{system_user} is the system user and cannot change", system_user=SYSTEM_USER)
        )
    user = get_user(tx, name, lock=True)
    if user is None:
        raise UnknownUserError(name, did_you_mean(name, (each.name for each in list_users(tx))))
    return user
