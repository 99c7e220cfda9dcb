"""How the C library gives memory to the threads of a process."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_ARENA_MAX = -8
"""``M_ARENA_MAX`` of glibc's ``mallopt``."""


def keep_one_heap() -> None:
    """Have the threads of this process share one heap; call it before they start.

    glibc gives each thread a heap of its own, and none takes what another one has freed: a page that reads much
    leaves its memory behind in the heap of whatever thread made it. Python's threads seldom ask at the same time.
    Other C libraries have no such choice.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
