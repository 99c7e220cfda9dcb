"""Users who act in tests."""

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Role


def user(name, *roles):
    """Return a user of these roles, of ADMIN where none is given, who needs nobody's consent.

    What needs two people is tested by itself; every other test would have to ask twice.
    """
    return Actor(name, frozenset(roles or {Role.ADMIN}), alone=True)


def person(name, *roles, through=None):
    """Return a user who is one of two where two people are needed, as all users are but the system user."""
    return Actor(name, frozenset(roles or {Role.ADMIN}), through)
