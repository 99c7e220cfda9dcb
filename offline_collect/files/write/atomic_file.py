"""Writes a file under a temporary name, then renames it, so that no reader sees a partial file.

Files hold personal data, so only their owner may read them, regardless of the umask.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import UnwritableError
from offline_collect.files.os_words import os_words

_BESIDE = re.compile(r"\.[0-9a-f]{16}\.part")


@contextmanager
def destination(path: Path, *, overwrite: bool) -> Iterator[BinaryIO]:
    """Open a file for writing that appears at ``path`` only when it is complete.

    Args:
        path: the file's path; its folder must exist.
        overwrite: replace an existing file.

    Raises:
        UnwritableError: the file exists and may not be overwritten, or the folder is not writable.
    """
    # The temporary name is short: one made from the file's name could be too long.
    beside = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        _check_free(path, overwrite=overwrite)
        remove_left(path.parent)
        with _opened(beside) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            _move(beside, path, overwrite=overwrite)
    except OSError as error:
        raise _unwritable(path, error) from None


@contextmanager
def _opened(beside: Path) -> Iterator[BinaryIO]:
    """Open a new file, which is deleted afterwards unless it was moved; while it is held, no other writer removes it."""
    with _held(beside) as stream:
        try:
            yield stream
        finally:
            beside.unlink(missing_ok=True)


def _held(beside: Path) -> BinaryIO:
    """Create a file and hold it; another writer may have taken it for a left one in between."""
    while True:
        stream = open(beside, "xb", opener=_private)  # noqa: SIM115 - the caller closes it
        # Some file systems have no locks; there, nothing that was left is removed either.
        with suppress(OSError):
            fcntl.flock(stream, fcntl.LOCK_EX)
        if os.fstat(stream.fileno()).st_nlink:
            return stream
        stream.close()


def remove_left(folder: Path) -> None:
    """Remove what writers have left that were killed: nobody holds these files any more."""
    with os.scandir(folder) as found:
        left = [Path(each.path) for each in found if _BESIDE.fullmatch(each.name)]
    for each in left:
        with suppress(OSError), each.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            each.unlink()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _check_free(path: Path, *, overwrite: bool) -> None:
    """Refuse early, before hours of rows are written, what would fail at the end."""
    if "\0" in path.name:
        reason = Phrase("cannot be written (a name has no null)")
        raise UnwritableError(reason, path=path, remedy=Phrase("choose another name"))
    if path.is_dir():
        raise UnwritableError(Phrase("is a directory"), path=path, remedy=Phrase("name a file"))
    if path.exists() and not (overwrite and path.is_file()):
        raise _taken(path)


def _move(beside: Path, path: Path, *, overwrite: bool) -> None:
    if overwrite:
        beside.replace(path)
        return
    try:
        # Unlike a rename, a link never replaces a file that was created meanwhile.
        path.hardlink_to(beside)
    except FileExistsError:
        raise _taken(path) from None
    except OSError:
        # Some file systems have no links.
        _check_free(path, overwrite=False)
        beside.replace(path)


def _taken(path: Path) -> UnwritableError:
    remedy = Phrase("choose another name, or have it overwritten")
    return UnwritableError(Phrase("is there already"), path=path, remedy=remedy)


def _unwritable(path: Path, error: OSError) -> UnwritableError:
    reason = Phrase("cannot be written ({reason})", reason=os_words(error))
    remedy = Phrase("check the folder, its permissions and its space")
    return UnwritableError(reason, path=path, remedy=remedy)
