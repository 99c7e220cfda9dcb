"""Files and folders for their owner alone, whatever the umask: what terminals keep names payers' bills."""

from __future__ import annotations

import os
from pathlib import Path


def make_folders(folder: Path) -> None:
    """Make a folder and those on its way that are missing; what is there stays as it is.

    Raises:
        OSError: one cannot be made.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def private(path: str, flags: int) -> int:
    """Open a file, new ones for their owner alone; an opener of :func:`open`."""
    return os.open(path, flags, 0o600)
