"""Files of secrets, which only their owner can read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from offline_collect.app.errors import MasterKeyError

_BYTES_MAX = 1_000


def read_private(path: Path, content: str, remedy: str, encoding: str = "ascii") -> str:
    """Return the text of a file.

    Args:
        path: the file.
        content: the name of its content, for errors: ``master key``.
        remedy: what to do if the file cannot be read.

    Raises:
        MasterKeyError: it cannot be read, or others can read it.
    """
    try:
        with path.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            text = opened.read(_BYTES_MAX)
    except OSError as error:
        raise MasterKeyError(f"{path}: the {content} cannot be read: {error.strerror}; {remedy}") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise MasterKeyError(f"{path}: others can read the {content}: run chmod 600 {path}")
    return text.decode(encoding, "replace")


def read_password(path: Path) -> str:
    """Return the password in the first line of a file.

    Raises:
        MasterKeyError: it cannot be read, or others can read it.
    """
    text = read_private(path, "password", "name a file with the password in its first line", "utf-8")
    return (text.splitlines() or [""])[0]


def write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner can read.

    Raises:
        MasterKeyError: the file exists, or cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
    except FileExistsError:
        raise MasterKeyError(f"{path}: the file exists already and was not changed") from None
    except OSError as error:
        raise MasterKeyError(
            f"{path}: cannot be written: {error.strerror}; the folder must be there, and yours to write to"
        ) from None
