"""Takes files that banks and front-end processors have put into a folder, each once, by its layout.

A file is moved when what it says is in the store, or when it is refused. A program that is killed between the two leaves
it where it was; the next one finds that it was taken, and moves it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from offline_collect.domain.file_arrival import (
    Arrival,
    Completion,
    FirstSight,
    SeenFile,
    arrival,
    unchanged_for,
)
from offline_collect.domain.texts.phrases import Phrase, words_of
from offline_collect.files.errors import FileError
from offline_collect.files.fixed_width.layout import FixedLayout, layout_of
from offline_collect.files.inbox import claimed, is_in, look_into, put_away
from offline_collect.files.iso20022.first_bytes import LOOKED_AT, MESSAGES, kind_of_message
from offline_collect.files.read.source import open_plain
from offline_collect.files.write.atomic_file import destination

REASON, REASON_MAX = ".reason.txt", 64 * 1024
"""What the name of the reason beside a refused file ends in, and its most bytes."""

LOOKED_AT_AGAIN = dt.timedelta(minutes=5)
"""After this time a file that came too early is tried again."""


class Fate(StrEnum):
    """What became of a file."""

    TAKEN = "TAKEN"
    TAKEN_BEFORE = "TAKEN_BEFORE"
    """The store has these bytes already: a program was killed before it moved the file, or the sender sent it twice."""
    REFUSED = "REFUSED"
    WAITING = "WAITING"
    """It comes too early, and stays where it is."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a file is to the store.

    Attributes:
        says: what was done, or why it is refused, for people.
    """

    fate: Fate
    says: str


Taker = Callable[[Path], Judged]
"""Puts what a file of one layout says into the store. Errors that it raises leave the file where it is."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Where files come from and go to.

    Attributes:
        completion: how senders say that a file is whole.
        rest: for how long a file must be unchanged without a word of its sender.
    """

    inbox: Path
    taken: Path
    refused: Path
    completion: Completion
    rest: dt.timedelta


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that was taken or refused, or that came too early.

    Attributes:
        name: as it came.
        now_at: where it is now.
    """

    name: str
    judged: Judged
    now_at: Path


@dataclass(slots=True)
class Inbox:
    """Looks into the inbox again and again.

    Attributes:
        layouts: of fixed-width files, by name.
        takers: by the name of their layout, or the kind of their message.
        waiting: files that are not whole yet, as of the last look.
        early: files that came too early, and when they were tried.
    """

    folders: Folders
    layouts: Mapping[str, FixedLayout]
    takers: Mapping[str, Taker]
    waiting: Mapping[str, FirstSight] = field(default_factory=dict)
    early: dict[str, FirstSight] = field(default_factory=dict)

    def take(self, now: dt.datetime) -> Iterator[IncomingFile]:
        """Take all files that are whole, one after the other; yield each when it has been moved.

        Args:
            now: aware.

        Raises:
            FileError: a folder cannot be read, or written to.

        What a taker raises is raised again: its file is still in the inbox.
        """
        files, names = look_into(self.folders.inbox)
        self.waiting, before = {}, self.waiting
        for file in files:
            first = before.get(file.name)
            match arrival(
                file,
                names,
                self.folders.completion,
                unchanged_for(file, first, now),
                self.folders.rest,
            ):
                case Arrival.GROWING:
                    if first is None or first.file != file:
                        first = FirstSight(file, now)
                    self.waiting[file.name] = first
                case Arrival.WHOLE:
                    if not self._is_early(file, now):
                        yield from self._take(file, now)

    def _is_early(self, file: SeenFile, now: dt.datetime) -> bool:
        tried = self.early.pop(file.name, None)
        if tried is None or tried.file != file or now - tried.at >= LOOKED_AT_AGAIN:
            return False
        self.early[file.name] = tried
        return True

    def _take(self, file: SeenFile, now: dt.datetime) -> Iterator[IncomingFile]:
        path = self.folders.inbox / file.name
        with claimed(path) as is_ours:
            if is_ours:
                found = self._moved(path, now)
                if found.judged.fate is Fate.WAITING:
                    self.early[file.name] = FirstSight(file, now)
                yield found

    def _moved(self, path: Path, now: dt.datetime) -> IncomingFile:
        judged = self._judged(path)
        if judged.fate is Fate.TAKEN_BEFORE and is_in(path, self.folders.taken):
            judged = Judged(Fate.REFUSED, judged.says)
        if judged.fate is Fate.WAITING:
            return IncomingFile(path.name, judged, path)
        if judged.fate is not Fate.REFUSED:
            return IncomingFile(path.name, judged, put_away(path, self.folders.taken))
        refused = put_away(path, self.folders.refused)
        with destination(refused.with_name(f"{refused.name}{REASON}"), overwrite=True) as reason:
            reason.write(f"{now:%Y-%m-%d %H:%M:%S%z} {judged.says}\n".encode()[:REASON_MAX])
        return IncomingFile(path.name, judged, refused)

    def _kind(self, start: bytes) -> str | None:
        layout = layout_of(start.partition(b"\n")[0].rstrip(b"\r"), self.layouts.values())
        return kind_of_message(start) if layout is None else layout.name

    def _judged(self, path: Path) -> Judged:
        try:
            with open_plain(path) as stream:
                start = stream.read(LOOKED_AT)
            kind = self._kind(start)
            if kind is None:
                known = ", ".join((*self.layouts, *MESSAGES))
                return Judged(Fate.REFUSED, Phrase("begins like none of {known}", known=known))
            if kind not in self.takers:
                return Judged(
                    Fate.REFUSED, Phrase("is a {kind}, which others take, not the platform", kind=kind)
                )
            return self.takers[kind](path)
        except FileError as error:
            return Judged(Fate.REFUSED, words_of(error) or str(error))
