"""The acting user: each use case takes one, and checks his permissions itself."""

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
from offline_collect.domain.texts.phrases import Phrase, either
from offline_collect.domain.values import value

_AS_ANOTHER = Phrase("`--as NAME` names a user who has it, and `offline-collect user list` shows them")
_AS_ONESELF = Phrase(
    "leave `--as` and OFFLINE_COLLECT_AS out, or work at the account of the user that you named"
)


class NotPermittedError(DomainError):
    """The acting user's roles do not allow the request."""

    def __init__(self, name: str, permission: Permission) -> None:
        super().__init__(
            Phrase(
                "{name} may not {act} ({permission}): that takes the role {roles}; {remedy}",
                name=name,
                act=ALLOWED[permission],
                permission=permission.value,
                roles=either([role.value for role in roles_with(permission)]),
                remedy=_AS_ONESELF if permission is Permission.ACT_AS else _AS_ANOTHER,
            )
        )
        self.name = name
        self.permission = permission


class ScopeError(DomainError):
    """The request concerns all banks, and the acting user sees only part of the store."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(
            Phrase(
                "{name} may not {what}: it concerns all banks, and he sees only what belongs to his"
                " own; a user who belongs to the group may",
                name=name,
                what=what,
            )
        )


@value
class Actor:
    """A user who acts.

    Attributes:
        name: his name in the audit.
        through: the user who acts as him (``--as``), for the audit; None if he acts himself.
        scope: the data that he sees; see :class:`offline_collect.domain.access.organisation.Scope`.
        alone: whether he needs no second person: only the system user, while no other user can approve.
    """

    name: str
    roles: frozenset[Role]
    through: str | None = None
    scope: Scope = WHOLE
    alone: bool = False

    @property
    def names(self) -> frozenset[str]:
        """His name, and the name of the user who acts as him; both stand for one person."""
        return frozenset({self.name} if self.through is None else {self.name, self.through})

    @property
    def permissions(self) -> frozenset[Permission]:
        """All permissions of his roles."""
        return permissions_of(self.roles)

    def may(self, permission: Permission) -> bool:
        """Whether his roles include a permission."""
        return permission in self.permissions

    def sees(self, merchant_id: str, path: str) -> bool:
        """Whether a merchant of the organisation of this path is in his scope."""
        return self.scope.sees(merchant_id, path)

    def require(self, permission: Permission) -> None:
        """Check a permission.

        Raises:
            NotPermittedError: his roles do not allow it.
        """
        if not self.may(permission):
            raise NotPermittedError(self.name, permission)

    def require_whole(self, what: str) -> None:
        """Check that he sees all banks, for an action that concerns all of them.

        Args:
            what: the action: ``close the business day``.

        Raises:
            ScopeError: he sees only part of the store.
        """
        if not self.scope.whole:
            raise ScopeError(self.name, what)


SYSTEM = Actor(SYSTEM_USER, frozenset({Role.ADMIN}), alone=True)
"""The system user, who acts if no user is named."""
