"""The acting user: each use case takes one, and refuses by itself what he may not do."""

from __future__ import annotations

from offline_collect.domain.access.roles import (
    ALLOWED,
    SYSTEM_USER,
    Permission,
    Role,
    permissions_of,
    roles_with,
)
from offline_collect.domain.errors import DomainError
from offline_collect.domain.values import value


class NotPermittedError(DomainError):
    """The acting user's roles do not allow what was asked."""

    def __init__(self, name: str, permission: Permission) -> None:
        roles = " or ".join(role.value for role in roles_with(permission))
        super().__init__(
            f"{name} may not {ALLOWED[permission]} ({permission.value}): that takes the role {roles};"
            f" `--as NAME` names a user who has it, and `offline-collect user list` shows them"
        )
        self.name = name
        self.permission = permission


@value
class Actor:
    """A user who acts.

    Attributes:
        name: how the audit calls him.
        through: the user who acts as him (``--as``), for the audit; None where he acts himself.
    """

    name: str
    roles: frozenset[Role]
    through: str | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that his roles allow."""
        return permissions_of(self.roles)

    def may(self, permission: Permission) -> bool:
        """Whether his roles allow something."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Refuse what he may not do.

        Raises:
            NotPermittedError: his roles do not allow it.
        """
        if not self.may(permission):
            raise NotPermittedError(self.name, permission)


SYSTEM = Actor(SYSTEM_USER, frozenset({Role.ADMIN}))
"""The system user, who acts where nobody is named."""
