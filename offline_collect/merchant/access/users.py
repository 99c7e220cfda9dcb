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
from offline_collect.domain.access.organisation import DEFAULT_BANK, ROOT, Scope, scope_of
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
    has_one_bank,
    organisations_of_merchants,
    require_merchant,
    require_organisation,
)

NAME_MAX = 60
MERCHANTS_MAX = 100
"""Merchants of one user."""
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
        return Actor(name, frozenset(map(Role, user.roles)), scope=_scope(reading, user))


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
    *,
    organisation_id: str | None = None,
    merchants: Iterable[str] = (),
) -> UserRecord:
    """Add a user and return him.

    Args:
        store: where users are kept.
        name: how he is called, and how the audit trail calls him.
        roles: his, at least one.
        actor: adds him.
        now: when.
        organisation_id: what he belongs to; None for the actor's own, and where that is the group, for the
            group if he is an ADMIN, else for the bank that every store has.
        merchants: the only ones that he sees: those of a user with the role MERCHANT.

    Raises:
        NotPermittedError: the actor may not maintain users.
        NotThere: there is no such organisation or merchant.
        RolesError: the roles exclude each other, or do not go with the merchants.
        UserNameError: the name cannot be used.
        Taken: there is a user of this name.
    """
    actor.require(Permission.MAINTAIN_USERS)
    given = _names(roles)
    belongs = organisation_id or _own_or_default(actor.scope, given)
    named = tuple(sorted(set(merchants)))
    user = UserRecord(_checked(name), given, False, now, belongs, named)
    with store.transaction() as tx:
        _check_belonging(tx, user)
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
    organisation_id: str | None = None,
    merchants: Iterable[str] | None = None,
) -> bool:
    """Change a user's roles or what he belongs to, disable or enable him; False if he is like that already.

    Args:
        store: where users are kept.
        name: whose.
        actor: changes him.
        now: when.
        roles: all that he has from now on; None leaves them.
        disabled: whether nothing is done in his name any more; None leaves it.
        organisation_id: what he belongs to from now on; None leaves it.
        merchants: the only ones that he sees from now on; None leaves them, or takes them away with the role.

    Raises:
        NotPermittedError: the actor may not maintain users.
        NotThere: there is no such organisation or merchant.
        RolesError: the roles exclude each other, or do not go with the merchants.
        UnknownUserError: there is no such user.
        UserNameError: it is the system user, who is always there.
    """
    actor.require(Permission.MAINTAIN_USERS)
    with store.transaction() as tx:
        before = _require(tx, name)
        belonging = _belonging(before, roles, organisation_id, merchants)
        after = replace(belonging, disabled=before.disabled if disabled is None else disabled)
        if after == before:
            return False
        # He can be disabled whatever he belongs to.
        if belonging != before:
            _check_belonging(tx, after)
        change_user(tx, after)
        verb = "set" if after.disabled == before.disabled else "disable" if after.disabled else "enable"
        documents = _document(before), _document(after)
        append_audit(tx, actor, f"user {verb}", Subject(SubjectType.USER, name), *documents, now)
    return True


def _belonging(
    before: UserRecord,
    roles: Iterable[Role] | None,
    organisation_id: str | None,
    merchants: Iterable[str] | None,
) -> UserRecord:
    """Return a user with other roles, organisation and merchants; None leaves each."""
    given = before.roles if roles is None else _names(roles)
    kept = before.merchants if Role.MERCHANT in given else ()
    return replace(
        before,
        roles=given,
        organisation_id=organisation_id or before.organisation_id,
        merchants=kept if merchants is None else tuple(sorted(set(merchants))),
    )


def _own_or_default(scope: Scope, roles: Iterable[str]) -> str:
    """Return what a new user belongs to where nothing is named."""
    if scope.path == ROOT and Role.ADMIN not in roles:
        return DEFAULT_BANK
    return scope.organisation_id


def _check_belonging(tx: StoreTransaction, user: UserRecord) -> None:
    """See that a user's organisation and merchants are there, and go with each other and with his roles.

    Raises:
        NotThere: there is no such organisation or merchant.
        RolesError: they do not.
    """
    organisation = require_organisation(tx, user.organisation_id)
    if (Role.MERCHANT in user.roles) != bool(user.merchants):
        raise RolesError(
            "--merchant goes with the role MERCHANT: such a user sees the merchants that it names and no other,"
            " so name at least one; users of a bank see all that belongs to their organisation"
        )
    if len(user.merchants) > MERCHANTS_MAX:
        raise RolesError(f"a user has {MERCHANTS_MAX} merchants at most; give him an organisation instead")
    for merchant_id in user.merchants:
        require_merchant(tx, merchant_id)
    belonging = organisations_of_merchants(tx, *user.merchants) if user.merchants else {}
    for merchant_id, own in belonging.items():
        if not require_organisation(tx, own).path.startswith(organisation.path):
            raise RolesError(
                f"merchant {merchant_id} belongs to {own}, which is not in {user.organisation_id}"
            )


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
    document: dict[str, object] = {"name": user.name, "roles": list(user.roles), "disabled": user.disabled}
    if user.organisation_id != DEFAULT_BANK:
        document["organisation"] = user.organisation_id
    if user.merchants:
        document["merchants"] = list(user.merchants)
    return document
