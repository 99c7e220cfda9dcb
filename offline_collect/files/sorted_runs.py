"""Sorts more rows than memory should hold: in runs, each in a temporary file, merged when they are read again."""

from __future__ import annotations

import heapq
import pickle
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import UnwritableError
from offline_collect.files.os_words import os_words

RUN = 50_000
"""Rows that are sorted in memory."""

READ_AT_ONCE = 1_000
"""Rows of each run that are in memory while runs are merged."""

Row = tuple[Any, ...]


class SortedRuns:
    """Rows to sort by one of their values; a context manager, which deletes the temporary files.

    Args:
        place: of the value in a row, from 0.
        run: rows that are sorted in memory.
    """

    def __init__(self, place: int, run: int = RUN) -> None:
        self._by = itemgetter(place)
        self._run = run
        self._waiting: list[Row] = []
        self._runs: list[IO[bytes]] = []
        self._files = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()

    def add(self, rows: Iterable[Row]) -> None:
        """Add rows: plain tuples.

        Raises:
            UnwritableError: there is no room for temporary files.
        """
        self._waiting += rows
        if len(self._waiting) >= self._run:
            self._write()

    def chunks(self, most: int) -> Iterator[list[Row]]:
        """Yield all rows in order, at most so many at once. Rows with the same value stay in the order of their coming.

        Raises:
            UnwritableError: there is no room for temporary files.
        """
        self._waiting.sort(key=self._by)
        merged = heapq.merge(*map(_rows, self._runs), self._waiting, key=self._by)
        while chunk := list(islice(merged, most)):
            yield chunk

    def _write(self) -> None:
        self._waiting.sort(key=self._by)
        try:
            file = self._files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
            for first in range(0, len(self._waiting), READ_AT_ONCE):
                pickle.dump(self._waiting[first : first + READ_AT_ONCE], file)
            file.seek(0)
        except OSError as error:
            reason = Phrase("a temporary file cannot be written ({reason})", reason=os_words(error))
            remedy = Phrase("make room, or set TMPDIR to a folder that has some")
            folder = Path(tempfile.tempdir or "/tmp")  # noqa: S108 - where it was tried
            raise UnwritableError(reason, path=folder, remedy=remedy) from None
        self._runs.append(file)
        self._waiting.clear()


def _rows(file: IO[bytes]) -> Iterator[Row]:
    try:
        while True:
            yield from pickle.load(file)  # noqa: S301 - our own file, which nobody else can open
    except EOFError:
        return
