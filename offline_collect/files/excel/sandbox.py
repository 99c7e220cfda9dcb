"""Reads a workbook in a separate process.

The workbook library aborts the process, past any ``except``, when a damaged or hostile file makes it ask for
more memory than there is; and it keeps the whole sheet in memory. In a child with limited memory, an abort
becomes a clear error, and the sheet's memory is freed when the child ends.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any, BinaryIO

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import MIB, Limits, Row
from offline_collect.files.errors import FileError, TooLargeError, WorkbookError
from offline_collect.files.excel.allowance import allowance
from offline_collect.files.excel.xlsx_limits import SAVE_AGAIN

_CHILD = "offline_collect.files.excel.sandbox_child"
_ERRORS: dict[str, type[FileError]] = {kind.__name__: kind for kind in (TooLargeError, WorkbookError)}


class IsolatedWorkbook:
    """What :func:`~offline_collect.files.excel.read.read_workbook` returns, read by a child process.

    Args:
        stream: the workbook, an open file at its start that nobody else reads; stays open.
        path: its name in errors.
        sheet: the sheet's name; None for the visible ones that are not empty.
        limits: the limits of the file.

    Attributes:
        sheets: the names and the hidden parts of the sheets, in their order.
        hidden_sheets: names of the sheets that are hidden and not read.

    Raises:
        WorkbookError: it is broken or protected by a password, or has no such sheet.
        TooLargeError: it exceeds ``limits`` once unpacked.
    """

    def __init__(self, stream: BinaryIO, path: Path, sheet: str | None, limits: Limits) -> None:
        self._path = path
        self._size = os.fstat(stream.fileno()).st_size
        request = json.dumps({"path": str(path), "sheet": sheet, "limits": dataclasses.asdict(limits)})
        self._child = subprocess.Popen(  # noqa: S603 - our own module, run by the interpreter that runs us
            [sys.executable, "-m", _CHILD, request],
            stdin=stream,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        try:
            _, (self.sheets, self.hidden_sheets) = self._received()
        except BaseException:
            self.close()
            raise

    def rows(self) -> Generator[Row, None, None]:
        """Yield the rows of the next sheet; those of the one before must have been read to their end.

        Raises:
            FileError: as for the workbook.
        """
        kind, content = self._received()
        while kind == "rows":
            yield from content
            kind, content = self._received()

    def close(self) -> None:
        """End the child."""
        with self._child as child:
            child.kill()

    def _received(self) -> tuple[str, Any]:
        assert self._child.stdout is not None  # it was opened as a pipe
        try:
            kind, content = pickle.load(self._child.stdout)  # noqa: S301 - written by our own child
        except (EOFError, pickle.UnpicklingError):
            # It cannot say why: the library asks for too much memory in both cases.
            memory, seconds = allowance(self._size)
            reason = Phrase(
                "is a damaged workbook, or one that takes more than {memory} MiB of memory or {seconds} s to read",
                memory=memory // MIB,
                seconds=seconds,
            )
            remedy = Phrase("{save_again}, or split it", save_again=SAVE_AGAIN)
            raise WorkbookError(reason, path=self._path, remedy=remedy) from None
        if kind in _ERRORS:
            raise _ERRORS[kind](path=self._path, **content)
        return kind, content
