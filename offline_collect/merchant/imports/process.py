"""The process that stages an import: whether it still lives decides whether the import was interrupted."""

from __future__ import annotations

import os
import socket

from offline_collect.domain.imports.life import ImportEnd, ImportState
from offline_collect.store import Import
from offline_collect.store.imports.record import PROCESS


def this_process() -> str:
    """Return the machine and the number of this process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def state_shown(found: Import) -> str:
    """Return an import's state for people: FAILED or INTERRUPTED if it ended before it could wait."""
    if found.ended is not None:
        return found.ended.value
    if found.state is ImportState.STAGING and _is_gone(str(found.options.get(PROCESS, ""))):
        return ImportEnd.INTERRUPTED.value
    return found.state.value


def _is_gone(process: str) -> bool:
    """Return whether a process of this machine has ended; of another machine nobody knows."""
    machine, _, number = process.rpartition(":")
    if machine != socket.gethostname() or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        # It is another user's.
        return False
    return False
