"""The journal on disk: it has every payment before it is sent, so that a killed shell can resolve it later.

One folder for each terminal: ``journal.jsonl`` (one line for each change, with the whole entry; the last line
of a number is valid), ``numbers.json`` (trace numbers, in blocks) and ``lock``. Its size is limited: the
oldest resolved entries are deleted.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterable
from io import FileIO
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError

from offline_collect_terminal.errors import JournalError
from offline_collect_terminal.teller.journal.entries import Entry
from offline_collect_terminal.wire.private import make_folders, private
from offline_collect_terminal.wire.stamps import STANS

RESOLVED_MAX = 2_000
"""The most resolved payments that are kept."""

UNRESOLVED_MAX = 50
"""The most payments without an answer; over the limit nothing new is sent."""

LINES_MAX = 10 * RESOLVED_MAX
"""Lines after which the file is rewritten."""

FILE_BYTES_MAX = 64_000_000
STAN_BLOCK = 100
"""Trace numbers in a block; a killed shell leaves the rest of its block unused."""

_ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
_NUMBERS: TypeAdapter[dict[str, int]] = TypeAdapter(dict[str, int])


class Journal:
    """The payments of one terminal, open for one shell at a time.

    Attributes:
        folder: its folder.
        entries: by number, oldest first.
    """

    def __init__(self, folder: Path, first_stan: int) -> None:
        """Open the journal.

        Args:
            folder: the terminal's own, see :func:`terminal_folder`; created if missing.
            first_stan: the number before the first STAN of a terminal without a journal.

        Raises:
            JournalError: it cannot be read or written, or another shell has it open.
        """
        self.folder = folder
        self._file = folder / "journal.jsonl"
        self._numbers = folder / "numbers.json"
        self._append: FileIO | None = None
        try:
            make_folders(folder)
            self._lock = _locked(folder / "lock")
        except OSError as error:
            raise _unusable(folder, error) from None
        try:
            self.entries = _read(self._file)
            self._stan = _read_stan(self._numbers, first_stan)
            self._compact()
        except OSError as error:
            self.close()
            raise _unusable(folder, error) from None
        except JournalError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close it; another shell may open it."""
        self._forget_file()
        self._lock.close()

    @property
    def unresolved(self) -> list[Entry]:
        """Payments with an unknown result, oldest first."""
        return [entry for entry in self.entries.values() if entry.unresolved]

    @property
    def full(self) -> bool:
        """Whether too many payments have no answer to start a new one."""
        return len(self.unresolved) >= UNRESOLVED_MAX

    def next_number(self) -> int:
        """Return the number of the next entry."""
        return max(self.entries, default=0) + 1

    def put(self, entry: Entry) -> None:
        """Write an entry, and return when it is on the disk.

        Raises:
            JournalError: it is not on the disk; nothing may be sent for it.
        """
        try:
            if self._append is None or self._lines >= LINES_MAX:
                self._compact()
            assert self._append is not None, "a journal that was written afresh is open"
            _write(self._append, _line(entry))
        except OSError as error:
            self._forget_file()
            raise JournalError(f"{self._file}: {error.strerror}: it must be on disk first") from None
        self._lines += 1
        self.entries[entry.number] = entry

    def take_stans(self) -> int:
        """Reserve a block of trace numbers and return the number before its first; no block is used twice.

        Raises:
            JournalError: it cannot be written.
        """
        first = self._stan
        self._stan = (first + STAN_BLOCK - 1) % (STANS - 1) + 1
        try:
            _replace(self._numbers, [_NUMBERS.dump_json({"stan": self._stan})])
        except OSError as error:
            raise JournalError(f"{self._numbers}: {error.strerror}") from None
        return first

    def _compact(self) -> None:
        """Rewrite the file with one line for each entry, without the oldest resolved ones."""
        resolved = [number for number, entry in self.entries.items() if not entry.unresolved]
        for number in resolved[:-RESOLVED_MAX]:
            del self.entries[number]
        self._forget_file()
        _replace(self._file, (_line(entry) for entry in self.entries.values()))
        self._append = self._file.open("ab", buffering=0)
        self._lines = len(self.entries)

    def _forget_file(self) -> None:
        """Close the file; the next write first rewrites it, without a half-written line."""
        if self._append is not None:
            self._append.close()
        self._append = None


def terminal_folder(folder: Path, institution: str, terminal: str) -> Path:
    """Return the folder of one terminal below that of all journals."""
    return folder / f"{quote(institution, safe='')}-{quote(terminal.rstrip(), safe='')}"


def _unusable(folder: Path, error: OSError) -> JournalError:
    return JournalError(f"{folder}: {error.strerror}; name another folder with --journal")


def _locked(file: Path) -> IO[bytes]:
    lock = open(file, "ab", opener=private)  # noqa: SIM115 - held as long as the journal is open
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise JournalError(
            f"{file.parent}: another shell has this terminal open; end it, or use another --terminal"
        ) from None
    return lock


def _read(file: Path) -> dict[int, Entry]:
    if not file.exists():
        return {}
    if file.stat().st_size > FILE_BYTES_MAX:
        raise JournalError(f"{file}: is over {FILE_BYTES_MAX} bytes: it is not a journal of a terminal")
    lines = file.read_bytes().split(b"\n")
    # A kill during a write leaves half a line, for which nothing was sent.
    whole = lines[:-1]
    entries = {}
    for place, line in enumerate(whole, 1):
        entry = _entry(file, place, line)
        entries[entry.number] = entry
    return dict(sorted(entries.items()))


def _entry(file: Path, place: int, line: bytes) -> Entry:
    try:
        return _ENTRY.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise JournalError(
            f"{file}: line {place}: {where or 'JSON'}: {first['msg']}; payments in it may be unresolved. "
            "Correct the line, or move the file away to begin without it"
        ) from None


def _read_stan(file: Path, first: int) -> int:
    if not file.exists():
        return first
    try:
        return _NUMBERS.validate_json(file.read_bytes())["stan"] % STANS
    except (ValidationError, KeyError):
        raise JournalError(f"{file}: is damaged; move it away to begin at another trace number") from None


def _line(entry: Entry) -> bytes:
    return _ENTRY.dump_json(entry) + b"\n"


def _replace(file: Path, lines: Iterable[bytes]) -> None:
    """Write a file so that a power cut leaves the old or the new one, readable only by its owner."""
    beside = file.with_suffix(".new")
    # A file left by a killed shell is created again, only for its owner.
    beside.unlink(missing_ok=True)
    with open(beside, "wb", opener=private) as written:
        written.writelines(lines)
        written.flush()
        os.fsync(written.fileno())
    beside.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write(file: FileIO, line: bytes) -> None:
    """Append a line; it is on the disk when this returns."""
    if file.write(line) != len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(file.fileno())
