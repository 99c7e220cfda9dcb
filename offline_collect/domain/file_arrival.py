"""When a file in a folder is whole, so that it may be taken: senders write for minutes, and break off. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from enum import StrEnum

from offline_collect.domain.values import value


class Completion(StrEnum):
    """How the sender of a file says that it is whole."""

    RENAME = "rename"
    """It writes under another name, which begins with a dot or ends as `UNFINISHED` says, and renames it."""
    DONE = "done"
    """It writes an empty file beside it, whose name has `.done` behind."""
    REST = "rest"
    """It says nothing: a file that nobody has changed for a while is whole."""


class Arrival(StrEnum):
    """What a name in the folder is."""

    WHOLE = "WHOLE"
    GROWING = "GROWING"
    NO_FILE = "NO_FILE"
    """Something that is never taken: another's unfinished file, or the word that another is whole."""


UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp", "~")
"""Ends of the names that programs give to files that they still write."""

DONE_MARK = ".done"


@value
class SeenFile:
    """A file as it was seen in a folder.

    Attributes:
        size: in bytes.
        modified_at: when it was last written, as its file system says; aware.
    """

    name: str
    size: int
    modified_at: dt.datetime


@value
class FirstSight:
    """Since when a file has been as it is.

    Attributes:
        file: as it is.
        at: when it was first seen so; aware.
    """

    file: SeenFile
    at: dt.datetime


def arrival(
    file: SeenFile,
    names: Collection[str],
    completion: Completion,
    unchanged: dt.timedelta,
    rest: dt.timedelta,
) -> Arrival:
    """Return whether a file may be taken.

    Args:
        file: as it is now.
        names: all names in the folder.
        completion: how senders say that a file is whole.
        unchanged: for how long it has been as it is.
        rest: for how long a file must be unchanged without a word of its sender.
    """
    name = file.name.lower()
    if name.startswith(".") or name.endswith((*UNFINISHED, DONE_MARK)):
        return Arrival.NO_FILE
    whole = {
        Completion.RENAME: True,
        Completion.DONE: f"{file.name}{DONE_MARK}" in names,
        Completion.REST: unchanged >= rest,
    }[completion]
    return Arrival.WHOLE if whole else Arrival.GROWING


def unchanged_for(file: SeenFile, first: FirstSight | None, now: dt.datetime) -> dt.timedelta:
    """Return for how long a file has been as it is.

    What was seen counts beside what the file system says: the clock of a machine that shares its folder may be ahead.

    Args:
        first: since when it was seen; None if it is seen for the first time.
    """
    seen = now - first.at if first is not None and first.file == file else dt.timedelta()
    return max(seen, now - file.modified_at)
