"""A folder into which others put files: what is in it, whose turn a file is, and where it goes afterwards."""

from __future__ import annotations

import datetime as dt
import fcntl
import filecmp
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count, islice
from pathlib import Path

from offline_collect.domain.file_arrival import DONE_MARK, SeenFile
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import UnreadableError, UnwritableError
from offline_collect.files.os_words import os_words
from offline_collect.files.write.atomic_file import destination

NAMES_MAX = 10_000
"""Most names of a folder that are looked at in one go."""


def look_into(folder: Path) -> tuple[list[SeenFile], frozenset[str]]:
    """Return the plain files of a folder, those written first in front, and all names in it.

    Raises:
        UnreadableError: the folder cannot be read.
    """
    files = []
    names = set()
    try:
        with os.scandir(folder) as entries:
            for entry in islice(entries, NAMES_MAX):
                names.add(entry.name)
                # A file that another program takes at this moment is gone.
                with suppress(FileNotFoundError):
                    found = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(found.st_mode):
                        modified_at = dt.datetime.fromtimestamp(found.st_mtime, dt.UTC)
                        files.append(SeenFile(entry.name, found.st_size, modified_at))
    except OSError as error:
        raise _unreadable(folder, error) from None
    return sorted(files, key=lambda file: (file.modified_at, file.name)), frozenset(names)


@contextmanager
def claimed(path: Path) -> Iterator[bool]:
    """Claim a file while the block runs; False if another program has it, or has taken it away.

    The claim is a lock of the operating system: it ends with the process that holds it, also with one that is killed.

    Raises:
        UnreadableError: the file cannot be opened.
    """
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        yield False
        return
    except OSError as error:
        raise _unreadable(path, error) from None
    try:
        yield _locked(opened) and _is_still(path, opened)
    finally:
        os.close(opened)


def _locked(opened: int) -> bool:
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_still(path: Path, opened: int) -> bool:
    """Whether a path is still the opened file: another may have moved it between opening and locking."""
    try:
        return os.path.samestat(path.stat(follow_symlinks=False), os.fstat(opened))
    except FileNotFoundError:
        return False


def is_in(path: Path, folder: Path) -> bool:
    """Whether a folder has another file with the name and the bytes of this one."""
    other = folder / path.name
    return other.is_file() and not other.samefile(path) and filecmp.cmp(path, other, shallow=False)


def put_away(path: Path, folder: Path) -> Path:
    """Move a claimed file into a folder, with the mark beside it; return where it is now.

    No file is ever replaced: a second one of its name gets a number behind.

    Raises:
        UnwritableError: it cannot be moved; it is still where it was.
    """
    try:
        target = _linked(path, folder)
        path.unlink()
        path.with_name(f"{path.name}{DONE_MARK}").unlink(missing_ok=True)
        for changed in (folder, path.parent):
            _sync(changed)
    except OSError as error:
        reason = Phrase("cannot be moved to {folder} ({reason})", folder=str(folder), reason=os_words(error))
        remedy = Phrase("check the folder, its permissions and its space")
        raise UnwritableError(reason, path=path, remedy=remedy) from None
    return target


def _linked(path: Path, folder: Path) -> Path:
    """Give a file a second name in a folder, or a copy, if that is on another file system."""
    for number in count(1):
        target = folder / (path.name if number == 1 else f"{path.stem}-{number}{path.suffix}")
        try:
            target.hardlink_to(path)
        except FileExistsError:
            # A program was killed between giving the name and taking the other one away.
            if target.samefile(path):
                return target
            continue
        except OSError:
            if target.exists():
                continue
            with path.open("rb") as source, destination(target, overwrite=False) as copy:
                shutil.copyfileobj(source, copy)
        return target
    raise AssertionError("numbers do not end")


def _sync(folder: Path) -> None:
    """Write a folder's names to its disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _unreadable(path: Path, error: OSError) -> UnreadableError:
    reason = Phrase("cannot be read ({reason})", reason=os_words(error))
    return UnreadableError(reason, path=path, remedy=Phrase("check the path and its permissions"))
