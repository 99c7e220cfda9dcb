"""Users who act in tests."""

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Role


def user(name, *roles):
    """Return a user of these roles; of ADMIN where none is given."""
    return Actor(name, frozenset(roles or {Role.ADMIN}))
