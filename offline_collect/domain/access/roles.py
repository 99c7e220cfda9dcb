"""The table of permissions and the roles that bundle them (docs/operating.md prints it).

A user's roles define all his permissions. No user releases his own import, even with the role for it; that rule
belongs to the life of the import (``domain/imports/life``), not to permissions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from offline_collect.domain.texts.phrases import Phrase

SYSTEM_USER = "system"
"""The user who acts if none is named: an ADMIN that always exists."""


class Permission(StrEnum):
    """One thing that a user may be allowed to do."""

    VIEW = "VIEW"
    SEE_PERSONAL = "SEE_PERSONAL"
    MAINTAIN_MERCHANTS = "MAINTAIN_MERCHANTS"
    PUBLISH_FORMS = "PUBLISH_FORMS"
    MAINTAIN_CUSTOMERS = "MAINTAIN_CUSTOMERS"
    MAINTAIN_MANDATES = "MAINTAIN_MANDATES"
    MAINTAIN_BILLS = "MAINTAIN_BILLS"
    PAID_AT_OFFICE = "PAID_AT_OFFICE"
    IMPORT = "IMPORT"
    RELEASE = "RELEASE"
    SUSPENSE = "SUSPENSE"
    MAINTAIN_USERS = "MAINTAIN_USERS"
    VIEW_AUDIT = "VIEW_AUDIT"
    CUTOVER = "CUTOVER"
    RECONCILE = "RECONCILE"
    SETTLE = "SETTLE"
    RESTORE = "RESTORE"
    APPROVE = "APPROVE"
    ACT_AS = "ACT_AS"
    MAINTAIN_KEYS = "MAINTAIN_KEYS"
    DEBIT = "DEBIT"
    NOTIFY = "NOTIFY"


class Role(StrEnum):
    """A user's job; MERCHANT is for a merchant's own staff."""

    ADMIN = "ADMIN"
    OPERATOR = "OPERATOR"
    MAKER = "MAKER"
    CHECKER = "CHECKER"
    AUDITOR = "AUDITOR"
    MERCHANT = "MERCHANT"


PERMISSIONS = {
    Role.ADMIN: frozenset(Permission),
    Role.OPERATOR: frozenset(
        {
            Permission.VIEW,
            Permission.SEE_PERSONAL,
            Permission.MAINTAIN_MERCHANTS,
            Permission.PUBLISH_FORMS,
            Permission.MAINTAIN_MANDATES,
            Permission.PAID_AT_OFFICE,
            Permission.SUSPENSE,
            Permission.CUTOVER,
            Permission.RECONCILE,
            Permission.SETTLE,
            Permission.MAINTAIN_KEYS,
            Permission.DEBIT,
            Permission.NOTIFY,
        }
    ),
    Role.MAKER: frozenset(
        {
            Permission.VIEW,
            Permission.SEE_PERSONAL,
            Permission.MAINTAIN_CUSTOMERS,
            Permission.MAINTAIN_MANDATES,
            Permission.MAINTAIN_BILLS,
            Permission.PAID_AT_OFFICE,
            Permission.IMPORT,
        }
    ),
    Role.CHECKER: frozenset(
        {
            Permission.VIEW,
            Permission.SEE_PERSONAL,
            Permission.RELEASE,
            Permission.SUSPENSE,
            Permission.APPROVE,
        }
    ),
    Role.AUDITOR: frozenset({Permission.VIEW, Permission.VIEW_AUDIT}),
    Role.MERCHANT: frozenset(
        {
            Permission.VIEW,
            Permission.SEE_PERSONAL,
            Permission.MAINTAIN_CUSTOMERS,
            Permission.MAINTAIN_MANDATES,
            Permission.MAINTAIN_BILLS,
            Permission.IMPORT,
        }
    ),
}
"""The permissions of each role. An auditor reads everything except names, numbers and addresses of people."""

EXCLUSIVE: Mapping[frozenset[Role], Phrase] = {
    frozenset({Role.MAKER, Role.CHECKER}): Phrase("who makes a change does not check it"),
    frozenset({Role.ADMIN, Role.MERCHANT}): Phrase(
        "a merchant's own people do not administer the bank's platform"
    ),
}
"""Pairs of roles that nobody has both of, and why."""

ALLOWED = {
    Permission.VIEW: Phrase("look at merchants, forms, bills and imports"),
    Permission.SEE_PERSONAL: Phrase("see names, mobiles and e-mail addresses unmasked"),
    Permission.MAINTAIN_MERCHANTS: Phrase("register and change merchants"),
    Permission.PUBLISH_FORMS: Phrase("publish payment forms"),
    Permission.MAINTAIN_CUSTOMERS: Phrase("add and change customers"),
    Permission.MAINTAIN_MANDATES: Phrase("sign, suspend, resume and cancel mandates of direct debits"),
    Permission.MAINTAIN_BILLS: Phrase("add, change and withdraw bills by hand"),
    Permission.PAID_AT_OFFICE: Phrase("record what was paid at the merchant's office"),
    Permission.IMPORT: Phrase("import customers and bills"),
    Permission.RELEASE: Phrase("release, reject and undo imports"),
    Permission.SUSPENSE: Phrase("refund and apply suspense"),
    Permission.MAINTAIN_USERS: Phrase("add and change users, add banks and branches"),
    Permission.VIEW_AUDIT: Phrase("read the audit trail"),
    Permission.CUTOVER: Phrase("close the business day"),
    Permission.RECONCILE: Phrase("take front-end processors' files, resolve differences, reconcile days"),
    Permission.SETTLE: Phrase("settle business days"),
    Permission.RESTORE: Phrase("begin a new epoch of serial numbers after a restore"),
    Permission.APPROVE: Phrase("approve or reject what another user asks for"),
    Permission.ACT_AS: Phrase("act as another user"),
    Permission.MAINTAIN_KEYS: Phrase("enter, make and export the keys of links"),
    Permission.DEBIT: Phrase("make debit batches, cancel them, and take their results"),
    Permission.NOTIFY: Phrase("send notices to payers, retry and cancel them"),
}
"""The description of each permission."""


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return all permissions of a user with these roles."""
    return frozenset[Permission]().union(*(PERMISSIONS[role] for role in roles))


def excluding(roles: Collection[Role]) -> list[frozenset[Role]]:
    """Return the pairs among some roles that nobody may have both of."""
    return [pair for pair in EXCLUSIVE if pair <= set(roles)]


def roles_with(permission: Permission) -> list[Role]:
    """Return the roles with a permission."""
    return [role for role, allowed in PERMISSIONS.items() if permission in allowed]
