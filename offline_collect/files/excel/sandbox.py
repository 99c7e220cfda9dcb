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
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import BinaryIO

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import MIB, Limits, Row
from offline_collect.files.errors import FileError, TooLargeError, WorkbookError
from offline_collect.files.excel.hidden import Hidden
from offline_collect.files.excel.sandbox_child import allowance
from offline_collect.files.excel.xlsx_limits import SAVE_AGAIN

_CHILD = "offline_collect.files.excel.sandbox_child"
_ERRORS: dict[str, type[FileError]] = {kind.__name__: kind for kind in (TooLargeError, WorkbookError)}


def read_isolated(
    stream: BinaryIO, path: Path, sheet: str | None, limits: Limits, hidden: Hidden
) -> Generator[Row, None, None]:
    """Yield what :func:`~offline_collect.files.excel.read.read_workbook` yields, read by a child process.

    Args:
        stream: the workbook, an open file; stays open.
        path: its name in errors.
        sheet: the sheet's name; None for the first visible one.
        limits: the limits of the file.
        hidden: receives the hidden parts before the first row.

    Raises:
        WorkbookError: it is broken or protected by a password, or has no such sheet.
        TooLargeError: it exceeds ``limits`` once unpacked.
    """
    request = json.dumps({"path": str(path), "sheet": sheet, "limits": dataclasses.asdict(limits)})
    with subprocess.Popen(  # noqa: S603 - our own module, run by the interpreter that runs us
        [sys.executable, "-m", _CHILD, request],
        stdin=stream,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    ) as child:
        try:
            yield from _received(child, path, os.fstat(stream.fileno()).st_size, hidden)
        finally:
            child.kill()


def _received(child: subprocess.Popen[bytes], path: Path, size: int, hidden: Hidden) -> Iterator[Row]:
    assert child.stdout is not None  # it was opened as a pipe
    while True:
        try:
            kind, content = pickle.load(child.stdout)  # noqa: S301 - written by our own child
        except (EOFError, pickle.UnpicklingError):
            # It cannot say why: the library asks for too much memory in both cases.
            memory, seconds = allowance(size)
            reason = Phrase(
                "is a damaged workbook, or one that takes more than {memory} MiB of memory or {seconds} s to read",
                memory=memory // MIB,
                seconds=seconds,
            )
            remedy = Phrase("{save_again}, or split it", save_again=SAVE_AGAIN)
            raise WorkbookError(reason, path=path, remedy=remedy) from None
        if kind == "end":
            return
        if kind == "rows":
            yield from content
        elif kind == "hidden":
            hidden.take(content)
        else:
            raise _ERRORS[kind](path=path, **content)
