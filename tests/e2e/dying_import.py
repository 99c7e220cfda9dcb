"""An import in a process that kills itself, as a power cut would, just before a statement of its choice."""

import multiprocessing
import os
import signal
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from offline_collect.app import importing
from offline_collect.app.main import app
from offline_collect.merchant import bill_rows
from tests.support.school import MERCHANT

WITHIN_S = 60
PRELOADED = (importing, bill_rows)
"""What the command imports only when it runs: it is there before the process is forked."""


def import_dying(config: Path, file: Path, before: int | None = None) -> tuple[int | None, int]:
    """Import bills in a process of its own; return its exit code, and how many statements it has begun.

    Args:
        before: the statement, a commit counting as one, before which the process dies; None to let it live.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    begun = context.Value("i", 0)
    process = context.Process(target=_import, args=(config, file, before, begun))
    process.start()
    process.join(WITHIN_S)
    code = process.exitcode
    process.close()
    return code, begun.value


def _import(config: Path, file: Path, before: int | None, begun: Any) -> None:
    def count(*_: Any) -> None:
        begun.value += 1
        if begun.value == before:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
    command = ["--config", str(config), "bills", "import", MERCHANT, str(file)]
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        app(command, standalone_mode=False)
