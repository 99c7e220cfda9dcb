"""The acting user: each use case takes one, and refuses by itself what he may not do."""

from __future__ import annotations

from offline_collect.domain.access.organisation import WHOLE, Scope
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


class ScopeError(DomainError):
    """What was asked concerns all banks, and the acting user sees only part of the store."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(
            f"{name} may not {what}: it concerns all banks, and he sees only what belongs to his own;"
            " a user who belongs to the group may"
        )


@value
class Actor:
    """A user who acts.

    Attributes:
        name: how the audit calls him.
        through: the user who acts as him (``--as``), for the audit; None where he acts himself.
        scope: what he sees; see :class:`offline_collect.domain.access.organisation.Scope`.
        alone: what needs two people he does by himself: only the system user, while nobody else could approve.
    """

    name: str
    roles: frozenset[Role]
    through: str | None = None
    scope: Scope = WHOLE
    alone: bool = False

    @property
    def names(self) -> frozenset[str]:
        """His name, and the name of the user who acts as him: one person has both."""
        return frozenset({self.name} if self.through is None else {self.name, self.through})

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that his roles allow."""
        return permissions_of(self.roles)

    def may(self, permission: Permission) -> bool:
        """Whether his roles allow something."""
        return permission in self.permissions

    def sees(self, merchant_id: str, path: str) -> bool:
        """Whether a merchant of the organisation of this path is in his scope."""
        return self.scope.sees(merchant_id, path)

    def require(self, permission: Permission) -> None:
        """Refuse what he may not do.

        Raises:
            NotPermittedError: his roles do not allow it.
        """
        if not self.may(permission):
            raise NotPermittedError(self.name, permission)

    def require_whole(self, what: str) -> None:
        """Refuse what concerns all banks where he does not see them all.

        Args:
            what: he wants to do: ``close the business day``.

        Raises:
            ScopeError: he sees only part of the store.
        """
        if not self.scope.whole:
            raise ScopeError(self.name, what)


SYSTEM = Actor(SYSTEM_USER, frozenset({Role.ADMIN}), alone=True)
"""The system user, who acts where nobody is named."""
