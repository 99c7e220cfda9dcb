"""Files that were uploaded and are still to be imported: in a private folder, few at a time, for an hour.

A file is its user's alone. The folder goes with the console's process.
"""

from __future__ import annotations

import datetime as dt
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from offline_collect.console.errors import BusyError, MissingPageError, NoFileError
from offline_collect.console.forms import Upload
from offline_collect.console.jobs import Job
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.columns.mapping import FileMapping
from offline_collect.store import ImportKind

LASTS = dt.timedelta(hours=1)
FILES_MAX = 20
OF_ONE_MAX = 3
"""Files that one user keeps: a further one takes the place of his oldest."""

_NAME_BYTES = 180
_BLOCK = 1024 * 1024


@dataclass(slots=True)
class KeptFile:
    """An uploaded file.

    Attributes:
        number: that addresses name it by; nobody guesses it.
        who: its user.
        path: its private copy, by its own name.
        sheet: of a workbook; None for what an import takes.
        mapping: the columns that its user has chosen; None if he has not.
        picked: the places of these columns by our key; None likewise.
        constants: values of every row, by our key.
        rows: what is done with bad rows, and with bills that it lacks.
        meant: whether changes of whose bills and names they are, are meant.
        job: what is being done with it, or was done last.
    """

    number: str
    who: str
    merchant_id: str
    kind: ImportKind
    path: Path
    kept_at: dt.datetime
    sheet: str | None = None
    mapping: FileMapping | None = None
    picked: Mapping[str, int] | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    rows: str = ""
    meant: bool = False
    job: Job | None = None

    @property
    def busy(self) -> bool:
        """Whether it is being read."""
        return self.job is not None and self.job.runs

    def outdated(self, now: dt.datetime) -> bool:
        """Whether it has been kept for long enough."""
        return self.kept_at + LASTS <= now and not self.busy


class KeptFiles:
    """The files; call :meth:`close` at the end."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="offline-collect-"))
        self._lock = Lock()
        self._files: dict[str, KeptFile] = {}

    def keep(
        self, upload: Upload | None, who: str, about: tuple[str, ImportKind, str | None], now: dt.datetime
    ) -> KeptFile:
        """Copy a file of a form.

        Args:
            upload: the file; None if none was chosen.
            who: its user.
            about: its merchant, what it brings, and its sheet.
            now: when.

        Raises:
            NoFileError: none was chosen, or it is empty.
            BusyError: too many files are kept.
        """
        if upload is None or not upload.size:
            raise NoFileError
        number = secrets.token_hex(16)
        merchant_id, kind, sheet = about
        path = self._folder / number / safe_name(upload.name)
        kept = KeptFile(
            number=number,
            who=who,
            merchant_id=merchant_id,
            kind=kind,
            path=path,
            kept_at=now,
            sheet=sheet,
        )
        with self._lock:
            self._make_room(who, now)
            self._files[number] = kept
        path.parent.mkdir(mode=0o700)
        with path.open("wb") as target:
            shutil.copyfileobj(upload.file, target, _BLOCK)
        return kept

    def find(self, number: str, who: str, now: dt.datetime) -> KeptFile:
        """Return a user's file.

        Raises:
            MissingPageError: he has none of that number, or no longer.
        """
        with self._lock:
            self._drop_outdated(now)
            found = self._files.get(number)
        if found is None or found.who != who:
            raise MissingPageError
        return found

    def of_user(self, who: str, now: dt.datetime) -> list[KeptFile]:
        """Return a user's files, the latest first."""
        with self._lock:
            self._drop_outdated(now)
            return [each for each in self._files.values() if each.who == who][::-1]

    def close(self) -> None:
        """Delete all files."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _make_room(self, who: str, now: dt.datetime) -> None:
        self._drop_outdated(now)
        own = [each for each in self._files.values() if each.who == who]
        idle = [each.number for each in own if not each.busy]
        if len(own) >= OF_ONE_MAX and idle:
            self._drop(idle[0])
        elif len(own) >= OF_ONE_MAX or len(self._files) >= FILES_MAX:
            raise BusyError(Phrase("too many files are waiting to be imported: try again in a few minutes"))

    def _drop_outdated(self, now: dt.datetime) -> None:
        for number in [number for number, each in self._files.items() if each.outdated(now)]:
            self._drop(number)

    def _drop(self, number: str) -> None:
        gone = self._files.pop(number, None)
        if gone is not None:
            shutil.rmtree(gone.path.parent, ignore_errors=True)


def safe_name(name: str) -> str:
    """Return a file's name as the private folder takes it: its end says what it is, so the end is kept."""
    shown = "".join(c for c in name if c.isprintable() and c not in "/\\").strip(". ") or "file"
    stem, dot, suffix = shown.rpartition(".")
    if not dot:
        stem, suffix = shown, ""
    tail = dot + suffix[:10]
    return stem.encode()[: _NAME_BYTES - len(tail.encode())].decode(errors="ignore") + tail
