"""Files and folders only for their owner, regardless of the umask: they name payers' bills."""

from __future__ import annotations

import os
from pathlib import Path


def make_folders(folder: Path) -> None:
    """Make a folder and its missing parents; existing ones do not change.

    Raises:
        OSError: one cannot be made.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def private(path: str, flags: int) -> int:
    """Open a file, new ones only for their owner; an opener for :func:`open`."""
    return os.open(path, flags, 0o600)
