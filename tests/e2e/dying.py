"""A command in a process that kills itself just before a chosen step, like a power cut."""

import os
import signal
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from tests.databases.school import MERCHANT
from tests.e2e.forked import COMMANDS, CONTEXT
from tests.e2e.serving import WITHIN_S


def import_dying(config: Path, file: Path, before: int | None = None) -> tuple[int | None, int]:
    """Import bills in a separate process; see :func:`run_dying`."""
    return run_dying(config, ("bills", "import", MERCHANT, str(file)), before)


def run_dying(
    config: Path, command: tuple[str, ...], before: int | None = None, *, counts_files: bool = False
) -> tuple[int | None, int]:
    """Run a command in a separate process; return its exit code, and how many steps it has begun.

    Args:
        before: the step before which the process dies; None lets it finish. A statement is one, and a commit.
        counts_files: each file that is forced to disk, or renamed, is a step too.
    """
    begun = CONTEXT.Value("i", 0)
    process = CONTEXT.Process(target=_run, args=(config, command, before, counts_files, begun))
    process.start()
    process.join(WITHIN_S)
    code = process.exitcode
    process.close()
    return code, begun.value


def _run(config: Path, command: tuple[str, ...], before: int | None, counts_files: bool, begun: Any) -> None:
    def count(*_: Any) -> None:
        begun.value += 1
        if begun.value == before:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
    if counts_files:
        for name in ("fsync", "replace", "link"):
            setattr(os, name, _counted(getattr(os, name), count))
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        COMMANDS(["--config", str(config), *command], standalone_mode=False)


def _counted(function: Callable[..., Any], count: Callable[[], None]) -> Callable[..., Any]:
    def counted(*arguments: Any, **named: Any) -> Any:
        count()
        return function(*arguments, **named)

    return counted
