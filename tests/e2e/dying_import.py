"""An import in a process that kills itself just before a chosen statement, like a power cut."""

import os
import signal
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from tests.databases.school import MERCHANT
from tests.e2e.forked import COMMANDS, CONTEXT
from tests.e2e.serving import WITHIN_S


def import_dying(config: Path, file: Path, before: int | None = None) -> tuple[int | None, int]:
    """Import bills in a separate process; return its exit code, and how many statements it has begun.

    Args:
        before: the statement before which the process dies, where a commit counts as one; None lets it finish.
    """
    begun = CONTEXT.Value("i", 0)
    process = CONTEXT.Process(target=_import, args=(config, file, before, begun))
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
        COMMANDS(command, standalone_mode=False)
