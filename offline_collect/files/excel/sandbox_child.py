"""The child process of :mod:`offline_collect.files.excel.sandbox`: reads a workbook, writes pickled messages.

Run as ``python -m offline_collect.files.excel.sandbox_child REQUEST``, the workbook on standard input. The first message
is ``("workbook", (sheets, hidden_sheets))``, a name and the hidden parts of each sheet that is read and the names of those
that are not; then for each sheet ``("rows", [Row, …])`` as often as needed and ``("end", None)``. Any may be the name of an
error instead, with its reason and remedy.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from offline_collect.files.cells import Limits
from offline_collect.files.errors import FileError
from offline_collect.files.excel.allowance import allowance
from offline_collect.files.excel.read import read_workbook

ROWS_PER_MESSAGE = 500


def _messages(request: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the child's messages."""
    limits = Limits(**request["limits"])
    try:
        found = read_workbook(sys.stdin.buffer, Path(request["path"]), request["sheet"], limits)
        yield "workbook", ([(name, hidden) for name, hidden, _ in found.sheets], found.hidden_sheets)
        for sheet in found.sheets:
            while batch := list(islice(sheet.rows, ROWS_PER_MESSAGE)):
                yield "rows", batch
            yield "end", None
    except FileError as error:
        yield type(error).__name__, {"reason": error.reason, "remedy": error.remedy, "row": error.row}


def main() -> None:
    """Read the workbook on standard input, as requested by the first argument."""
    memory, seconds = allowance(os.fstat(sys.stdin.fileno()).st_size)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    for message in _messages(json.loads(sys.argv[1])):
        pickle.dump(message, sys.stdout.buffer)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
