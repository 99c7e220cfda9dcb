"""Users who act in tests."""

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Role


def user(name, *roles):
    """Return a user of these roles (ADMIN by default) who needs no second person.

    Changes that need two people have their own tests; all other tests would have to ask twice.
    """
    return Actor(name, frozenset(roles or {Role.ADMIN}), alone=True)


def person(name, *roles, through=None):
    """Return a user who needs a second person if two are needed, like all users except the system user."""
    return Actor(name, frozenset(roles or {Role.ADMIN}), through)
