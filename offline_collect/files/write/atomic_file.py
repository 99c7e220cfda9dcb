"""Writes a file under a temporary name, then renames it, so that no reader finds half of it.

Files hold personal data, so only the owner may read them, independent of the umask; the owner may allow others.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from offline_collect.files.errors import UnwritableError


@contextmanager
def destination(path: Path, *, overwrite: bool) -> Iterator[BinaryIO]:
    """Open a file for writing that is at ``path`` only once all of it is written.

    Args:
        path: where the file shall be; its folder must be there.
        overwrite: take the place of a file that is there.

    Raises:
        UnwritableError: a file is there and may not be overwritten, or the folder takes none.
    """
    # The temporary name is short: one made from the file's name could be too long.
    beside = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        _check_free(path, overwrite=overwrite)
        with _opened(beside) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            _move(beside, path, overwrite=overwrite)
    except OSError as error:
        raise _unwritable(path, error) from None


@contextmanager
def _opened(beside: Path) -> Iterator[BinaryIO]:
    """Open a new file that is gone afterwards, if it has not been moved."""
    with open(beside, "xb", opener=_private) as stream:
        try:
            yield stream
        finally:
            beside.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _check_free(path: Path, *, overwrite: bool) -> None:
    """Refuse early what would be refused in the end, before hours of rows have been written."""
    if "\0" in path.name:
        raise UnwritableError(
            "cannot be written (a name has no null)", path=path, remedy="choose another name"
        )
    if path.is_dir():
        raise UnwritableError("is a directory", path=path, remedy="name a file")
    if path.exists() and not (overwrite and path.is_file()):
        raise _taken(path)


def _move(beside: Path, path: Path, *, overwrite: bool) -> None:
    if overwrite:
        beside.replace(path)
        return
    try:
        # Unlike a rename, a link never takes the place of a file that has come up meanwhile.
        path.hardlink_to(beside)
    except FileExistsError:
        raise _taken(path) from None
    except OSError:
        # Some file systems have no links.
        _check_free(path, overwrite=False)
        beside.replace(path)


def _taken(path: Path) -> UnwritableError:
    return UnwritableError(
        "is there already", path=path, remedy="choose another name, or have it overwritten"
    )


def _unwritable(path: Path, error: OSError) -> UnwritableError:
    reason = os.strerror(error.errno).lower() if error.errno else str(error)
    return UnwritableError(
        f"cannot be written ({reason})", path=path, remedy="check the folder, its permissions and its space"
    )
