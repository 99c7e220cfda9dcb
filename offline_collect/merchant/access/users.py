"""Users of the back office: who they are, and what each may do.

There are no passwords: who may run the command on the machine, and so read its database, is trusted to
give his own name. The console will ask for one, of the same users.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from offline_collect.domain.access.actor import SYSTEM, Actor
from offline_collect.domain.access.roles import EXCLUSIVE, SYSTEM_USER, Permission, Role
from offline_collect.domain.audit import Subject, SubjectType
from offline_collect.domain.days import CLOCK
from offline_collect.merchant.common.errors import (
    DisabledUserError,
    RolesError,
    UnknownUserError,
    UserNameError,
)
from offline_collect.store import (
    SqlStore,
    StoreTransaction,
    UserRecord,
    add_user,
    append_audit,
    change_user,
    get_user,
)

NAME_MAX = 60
_NAME = re.compile(rf"\w[\w.@-]{{0,{NAME_MAX - 1}}}")


def acting_user(store: SqlStore, name: str) -> Actor:
    """Return a user as who acts, with his roles.

    Raises:
        UnknownUserError: there is no such user.
        DisabledUserError: he is disabled.
    """
    if name == SYSTEM_USER:
        return SYSTEM
    with store.snapshot() as reading:
        user = get_user(reading, name)
    if user is None:
        raise UnknownUserError(name)
    if user.disabled:
        raise DisabledUserError(name)
    return Actor(name, frozenset(map(Role, user.roles)))


def register_user(
    store: SqlStore, name: str, roles: Iterable[Role], actor: Actor, now: dt.datetime
) -> UserRecord:
    """Add a user and return him.

    Args:
        store: where users are kept.
        name: how he is called, and how the audit trail calls him.
        roles: his, at least one.
        actor: adds him.
        now: when.

    Raises:
        NotPermittedError: the actor may not maintain users.
        RolesError: the roles exclude each other.
        UserNameError: the name cannot be used.
        Taken: there is a user of this name.
    """
    actor.require(Permission.MAINTAIN_USERS)
    user = UserRecord(_checked(name), _names(roles), disabled=False, added_at=now)
    with store.transaction() as tx:
        add_user(tx, user)
        append_audit(tx, actor, "user add", Subject(SubjectType.USER, user.name), None, _document(user), now)
    return user


def set_user(
    store: SqlStore,
    name: str,
    actor: Actor,
    now: dt.datetime,
    *,
    roles: Iterable[Role] | None = None,
    disabled: bool | None = None,
) -> bool:
    """Change a user's roles, disable or enable him; False if he is like that already.

    Args:
        store: where users are kept.
        name: whose.
        actor: changes him.
        now: when.
        roles: all that he has from now on; None leaves them.
        disabled: whether nothing is done in his name any more; None leaves it.

    Raises:
        NotPermittedError: the actor may not maintain users.
        RolesError: the roles exclude each other.
        UnknownUserError: there is no such user.
        UserNameError: it is the system user, who is always there.
    """
    actor.require(Permission.MAINTAIN_USERS)
    with store.transaction() as tx:
        before = _require(tx, name)
        after = replace(
            before,
            roles=before.roles if roles is None else _names(roles),
            disabled=before.disabled if disabled is None else disabled,
        )
        if after == before:
            return False
        change_user(tx, after)
        verb = "set" if after.disabled == before.disabled else "disable" if after.disabled else "enable"
        append_audit(
            tx,
            actor,
            f"user {verb}",
            Subject(SubjectType.USER, name),
            _document(before),
            _document(after),
            now,
        )
    return True


def _require(tx: StoreTransaction, name: str) -> UserRecord:
    if name == SYSTEM_USER:
        raise UserNameError(f"{SYSTEM_USER} is the system user: always there, always ADMIN")
    user = get_user(tx, name, lock=True)
    if user is None:
        raise UnknownUserError(name)
    return user


def _checked(name: str) -> str:
    """Return a name that is told from every other at sight."""
    plain = unicodedata.normalize("NFKC", name)
    if not _NAME.fullmatch(name) or plain != name:
        raise UserNameError(
            f"a user's name is 1 to {NAME_MAX} letters, digits, dots, dashes, underscores or @,"
            " such as zhang.wei or 张伟, and begins with a letter or digit"
        )
    if name.lower() == SYSTEM_USER:
        raise UserNameError(f"{name}: the system user's name; choose another")
    if name.lower() == CLOCK:
        raise UserNameError(f"{name}: how the audit calls a cutover that nobody ordered; choose another")
    return name


def _names(roles: Iterable[Role]) -> tuple[str, ...]:
    given = set(roles)
    if given >= EXCLUSIVE:
        both = " and ".join(sorted(EXCLUSIVE))
        raise RolesError(f"{both} exclude each other: who makes a change does not check it; give one of them")
    return tuple(sorted(role.value for role in given))


def _document(user: UserRecord) -> dict[str, object]:
    return {"name": user.name, "roles": list(user.roles), "disabled": user.disabled}
