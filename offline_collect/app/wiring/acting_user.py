"""Who acts: the operating system's account, the name that `--as` gave, the reason that `--break-glass` gave.

The command line's options are read long before a command opens the store, so they wait here.
"""

from __future__ import annotations

import os
import pwd
from contextvars import ContextVar

_named: ContextVar[str | None] = ContextVar("acting_as", default=None)
_reason: ContextVar[str | None] = ContextVar("break_glass", default=None)


def act_as(name: str | None) -> None:
    """Act as a user from now on; None stands for the account's own user, else the system user."""
    _named.set(name)


def acting_name() -> str | None:
    """Return the user that the command line named."""
    return _named.get()


def break_glass(reason: str | None) -> None:
    """Act as the system user even after its end, for a reason; None does not."""
    _reason.set(reason)


def glass_reason() -> str | None:
    """Return why the system user must act even after its end; None where it need not."""
    return _reason.get()


def os_account() -> str:
    """Return the account that runs the program; its number where it has no name."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
