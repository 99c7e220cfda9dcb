"""Access to a SQLite store: for its owner, and for a group if the operator names one.

A store holds names, mobiles, accounts and payments. This module creates its file before SQLite opens it, because
SQLite would follow the umask; SQLite's journals take the file's mode. Folders created here are also for the owner
alone; existing folders stay as they are.
"""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterable
from pathlib import Path

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.database.errors import NotPrivateError, UnavailableError

_JOURNALS = ("-wal", "-shm", "-journal")


def make_file(path: Path, group: str | None) -> None:
    """Create an empty file, unless it exists, and its missing folders, for the owner and the group alone.

    Raises:
        UnavailableError: it cannot be created.
        NotPrivateError: the group does not exist.
    """
    gid = _group_id(group)
    try:
        _make_folders(path.parent, gid)
    except OSError as error:
        raise UnavailableError(
            Phrase(
                "the store's folder {parent} cannot be made: {reason}",
                parent=str(path.parent),
                reason=_reason(error),
            )
        ) from None
    try:
        made = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        try:
            if gid is not None:
                os.fchown(made, -1, gid)
                os.fchmod(made, 0o660)
        finally:
            os.close(made)
    except FileExistsError:
        return
    except OSError as error:
        raise UnavailableError(
            Phrase("the store {path} cannot be made: {reason}", path=str(path), reason=_reason(error))
        ) from None


def check_access(path: Path, group: str | None) -> None:
    """Check that only the owner, and the group if one is named, can read the store or its journals.

    Raises:
        NotPrivateError: others can; the message has the command that corrects it.
    """
    if os.name != "posix":
        return
    files = [path, *(path.with_name(path.name + journal) for journal in _JOURNALS)]
    gid = _group_id(group)
    found = [(file, file.stat()) for file in files if file.exists()]
    if gid is None:
        _refuse_others(path, [file for file, status in found if status.st_mode & 0o077])
        return
    strange = [file for file, status in found if status.st_mode & 0o007 or status.st_gid != gid]
    folder = path.absolute().parent
    _refuse_strangers(path, strange, folder if _makes_strangers(folder, gid) else None, str(group))


def _refuse_others(path: Path, files: Iterable[Path]) -> None:
    names = _words(files)
    if names:
        raise NotPrivateError(
            Phrase(
                "the store {path} holds personal data, and users besides its owner can read it: run"
                " `chmod 600 {names}`; store.group in the configuration lets a group in",
                path=str(path),
                names=names,
            )
        )


def _refuse_strangers(path: Path, files: Iterable[Path], folder: Path | None, group: str) -> None:
    names, who = _words(files), shlex.quote(group)
    mends = [f"chgrp {who} {names} && chmod 660 {names}"] if names else []
    if folder is not None:
        # SQLite creates and deletes its journals, and they take their group from the folder.
        mends.append(f"chgrp {who} {_words([folder])} && chmod 2770 {_words([folder])}")
    if mends:
        raise NotPrivateError(
            Phrase(
                "the store {path} holds personal data, and users besides its owner and the group"
                " {group} (store.group) can read it, or will be able to: run `{mends}`",
                path=str(path),
                group=group,
                mends=" && ".join(mends),
            )
        )


def _makes_strangers(folder: Path, gid: int) -> bool:
    """Whether new files in a folder get another group than this one."""
    status = folder.stat()
    return status.st_gid != gid or not status.st_mode & stat.S_ISGID


def _make_folders(folder: Path, gid: int | None) -> None:
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
        if gid is not None:
            os.chown(each, -1, gid)
            each.chmod(0o2770)


def _group_id(group: str | None) -> int | None:
    if group is None:
        return None
    import grp  # noqa: PLC0415 - missing on systems without groups

    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise NotPrivateError(Phrase("store.group: this machine has no group {group}", group=group)) from None


def _words(paths: Iterable[Path]) -> str:
    return " ".join(shlex.quote(str(path)) for path in paths)


def _reason(error: OSError) -> str:
    return (error.strerror or "no reason given").lower()
