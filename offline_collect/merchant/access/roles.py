"""Who may do what: permissions, the roles that bundle them, and the refusal of whoever lacks one.

The command line asks here, and so will the console: a user's roles say all that he may do. Nobody releases
what he has imported himself, whatever his roles; that is the import's own check, not a permission.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from offline_collect.merchant.common.errors import MerchantError

SYSTEM_USER = "system"
"""Who acts where nobody is named: an ADMIN that is always there."""


class Permission(StrEnum):
    """One thing that a user may be allowed to do."""

    VIEW = "VIEW"
    SEE_PERSONAL = "SEE_PERSONAL"
    MAINTAIN_MERCHANTS = "MAINTAIN_MERCHANTS"
    PUBLISH_FORMS = "PUBLISH_FORMS"
    MAINTAIN_CUSTOMERS = "MAINTAIN_CUSTOMERS"
    MAINTAIN_BILLS = "MAINTAIN_BILLS"
    IMPORT = "IMPORT"
    RELEASE = "RELEASE"
    SUSPENSE = "SUSPENSE"
    MAINTAIN_USERS = "MAINTAIN_USERS"
    VIEW_AUDIT = "VIEW_AUDIT"
    CUTOVER = "CUTOVER"
    RESTORE = "RESTORE"


class Role(StrEnum):
    """What somebody's job is."""

    ADMIN = "ADMIN"
    MAKER = "MAKER"
    CHECKER = "CHECKER"
    AUDITOR = "AUDITOR"


PERMISSIONS = {
    Role.ADMIN: frozenset(Permission),
    Role.MAKER: frozenset(
        {
            Permission.VIEW,
            Permission.SEE_PERSONAL,
            Permission.MAINTAIN_CUSTOMERS,
            Permission.MAINTAIN_BILLS,
            Permission.IMPORT,
        }
    ),
    Role.CHECKER: frozenset(
        {Permission.VIEW, Permission.SEE_PERSONAL, Permission.RELEASE, Permission.SUSPENSE}
    ),
    Role.AUDITOR: frozenset({Permission.VIEW, Permission.VIEW_AUDIT}),
}
"""What each role allows. An auditor reads everything, but no names, numbers or addresses of people."""

ALLOWED = {
    Permission.VIEW: "look at merchants, forms, bills and imports",
    Permission.SEE_PERSONAL: "see names, mobiles and e-mail addresses unmasked",
    Permission.MAINTAIN_MERCHANTS: "register and change merchants",
    Permission.PUBLISH_FORMS: "publish payment forms",
    Permission.MAINTAIN_CUSTOMERS: "add and change customers",
    Permission.MAINTAIN_BILLS: "add, change, withdraw and settle bills by hand",
    Permission.IMPORT: "import customers and bills",
    Permission.RELEASE: "release, reject and undo imports",
    Permission.SUSPENSE: "refund and apply suspense",
    Permission.MAINTAIN_USERS: "add and change users",
    Permission.VIEW_AUDIT: "read the audit trail",
    Permission.CUTOVER: "close the business day",
    Permission.RESTORE: "begin a new epoch of serial numbers after a restore",
}
"""What each permission allows, in words."""


class NotPermitted(MerchantError):
    """The user's roles do not allow what was asked."""

    def __init__(self, who: str, permission: Permission) -> None:
        roles = " or ".join(role.value for role in roles_with(permission))
        super().__init__(
            f"{who} may not {ALLOWED[permission]} ({permission.value}): that takes the role {roles};"
            f" `--as NAME` names a user who has it, and `offline-collect user list` shows them"
        )
        self.who = who
        self.permission = permission


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return all that a user of these roles may do."""
    return frozenset[Permission]().union(*(PERMISSIONS[role] for role in roles))


def roles_with(permission: Permission) -> list[Role]:
    """Return the roles that allow something."""
    return [role for role, allowed in PERMISSIONS.items() if permission in allowed]
