"""The acting user: the one that `--as` names, else the system user.

The command line's options are read long before a command opens the store, so the name waits here.
"""

from __future__ import annotations

from contextvars import ContextVar

from offline_collect.domain.access.roles import SYSTEM_USER

_named: ContextVar[str | None] = ContextVar("acting_as", default=None)


def act_as(name: str | None) -> None:
    """Act in a user's name from now on; None stands for the system user."""
    _named.set(name)


def acting_name() -> str:
    """Return the name in which the program acts."""
    return _named.get() or SYSTEM_USER
