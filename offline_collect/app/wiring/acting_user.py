"""The acting user: the operating system's account, the name of `--as`, the reason of `--break-glass`.

Options are read long before a command opens the store, so they are kept here.
"""

from __future__ import annotations

import os
import pwd
from contextvars import ContextVar

_named: ContextVar[str | None] = ContextVar("acting_as", default=None)
_reason: ContextVar[str | None] = ContextVar("break_glass", default=None)


def act_as(name: str | None) -> None:
    """Act as a user from now on; None means the account's own user, else the system user."""
    _named.set(name)


def acting_name() -> str | None:
    """Return the user that the command line named."""
    return _named.get()


def break_glass(reason: str | None) -> None:
    """Act as the system user even after its end, for a reason; None ends that."""
    _reason.set(reason)


def glass_reason() -> str | None:
    """Return the reason to act as the system user even after its end; None if there is none."""
    return _reason.get()


def os_account() -> str:
    """Return the account that runs the program; its number if it has no name."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
