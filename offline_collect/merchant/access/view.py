"""Views of users, organisations and the audit trail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.organisation import Organisation
from offline_collect.domain.access.roles import Permission
from offline_collect.merchant.access.errors import UnknownUserError
from offline_collect.merchant.access.masking import mask_personal, sees_personal
from offline_collect.merchant.access.users import system_ended
from offline_collect.store import (
    AuditFilter,
    AuditHead,
    AuditRow,
    BrokenLink,
    SqlStore,
    UserRecord,
    audit_rows,
    check_chain,
    get_user,
    has_organisations,
    list_organisations,
    list_users,
)


@dataclass(frozen=True, slots=True)
class Users:
    """The users of a store.

    Attributes:
        found: by name.
        system_ended: whether the system user can no longer act.
        several: whether there is more than one organisation.
    """

    found: Sequence[UserRecord]
    system_ended: bool
    several: bool


def view_users(store: SqlStore, actor: Actor) -> Users:
    """Return the users that the actor may see.

    Raises:
        NotPermittedError: the actor may not see them.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        return Users(list_users(reading), system_ended(reading), has_organisations(reading))


def view_user(store: SqlStore, name: str, actor: Actor) -> UserRecord:
    """Return a user that the actor may see.

    Raises:
        NotPermittedError: the actor may not see users.
        UnknownUserError: there is no such user.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        user = get_user(reading, name)
    if user is None:
        raise UnknownUserError(name)
    return user


def view_organisations(store: SqlStore, actor: Actor) -> list[Organisation]:
    """Return the organisations that the actor may see.

    Raises:
        NotPermittedError: the actor may not see them.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        return list_organisations(reading)


def view_audit(store: SqlStore, wanted: AuditFilter, actor: Actor) -> Iterator[AuditRow]:
    """Yield rows of the audit trail, the earliest first, with personal data as the actor may see it.

    Raises:
        NotPermittedError: the actor may not read the trail.
    """
    actor.require(Permission.VIEW_AUDIT)
    return _rows(store, wanted, masked=not sees_personal(actor))


def _rows(store: SqlStore, wanted: AuditFilter, *, masked: bool) -> Iterator[AuditRow]:
    with store.snapshot() as reading:
        for row in audit_rows(reading, wanted):
            yield mask_personal(row) if masked else row


def check_audit(store: SqlStore, known: AuditHead | None, actor: Actor) -> Iterator[BrokenLink | AuditHead]:
    """Yield each break of the audit trail's chain, and finally its head.

    Args:
        store: holds the trail.
        known: an earlier head, which the trail must still contain.
        actor: the user who checks.

    Raises:
        NotPermittedError: the actor may not read the trail.
    """
    actor.require(Permission.VIEW_AUDIT)
    return _links(store, known)


def _links(store: SqlStore, known: AuditHead | None) -> Iterator[BrokenLink | AuditHead]:
    with store.snapshot() as reading:
        yield from check_chain(reading, known)
