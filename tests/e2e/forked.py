"""Commands, and servers, each in a process that is forked from one with all modules imported.

They run as separate processes. A new interpreter for each would import for longer than the command takes, and would
test nothing more. ``serving.run`` starts one, for tests of the start itself.
"""

import multiprocessing
import os
import tempfile
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from pkgutil import iter_modules

from typer.main import get_command

from offline_collect.app.cli import commands
from offline_collect.app.cli.main import app
from offline_collect.store.sql.statements import statements_of
from offline_collect_terminal.cli.main import app as terminal_app
from tests.support.tree import ROOT

WITHIN_S = 60
COMMANDS = get_command(app)
PROGRAMS = {"offline-collect": COMMANDS, "offline-collect-terminal": get_command(terminal_app)}
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])
# The command line imports them only on use.
for module in iter_modules(commands.__path__):
    import_module(f"{commands.__name__}.{module.name}")
for dialect in ("sqlite", "postgresql"):
    statements_of(dialect)


@dataclass(frozen=True)
class Done:
    """The exit code of a command, and its output."""

    returncode: int | None
    stdout: str
    stderr: str


def command(config: Path, *arguments: str) -> Done:
    """Run a command of the back office to its end."""
    return _run_to_its_end("offline-collect", "--config", str(config), *arguments)


def simulate(*arguments: str) -> Done:
    """Run a command of the terminal simulator to its end."""
    return _run_to_its_end("offline-collect-terminal", *arguments)


def _run_to_its_end(program: str, *line: str) -> Done:
    with tempfile.TemporaryDirectory() as folder:
        said, complained = Path(folder) / "stdout", Path(folder) / "stderr"
        process = CONTEXT.Process(target=_run, args=(line, said, complained, program))
        process.start()
        process.join(WITHIN_S)
        code = process.exitcode
        process.close()
        return Done(code, said.read_text(encoding="utf-8"), complained.read_text(encoding="utf-8"))


def _run(line: tuple[str, ...], said: Path, complained: Path, program: str = "offline-collect") -> None:
    # Tests compare English texts, also of merchants whose people read Chinese.
    os.environ["OFFLINE_COLLECT_LANGUAGE"] = "en"
    for place, path in ((1, said), (2, complained)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), place)
    os.chdir(ROOT)
    PROGRAMS[program](line, prog_name=program)


class Running:
    """A command that runs until it is told to end, with what tests use of ``subprocess.Popen``.

    Attributes:
        stderr: a stream of what it writes there.
    """

    def __init__(self, *line: str) -> None:
        reading, writing = CONTEXT.Pipe(duplex=False)
        self._process = CONTEXT.Process(target=_run_on, args=(line, dict(os.environ), writing))
        self._process.start()
        writing.close()
        self.stderr = os.fdopen(os.dup(reading.fileno()), encoding="utf-8")
        reading.close()

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Return the exit code; None while it runs."""
        return self._process.exitcode

    def send_signal(self, signal_no: int) -> None:
        """Send a signal."""
        os.kill(self.pid, signal_no)

    def kill(self) -> None:
        """Kill it, like a power cut."""
        self._process.kill()

    def wait(self, within_s: float) -> int:
        """Wait for its end; return the exit code, which is the negative signal if one has ended it."""
        self._process.join(within_s)
        code = self._process.exitcode
        assert code is not None, f"it still runs after {within_s} s"
        return code


def _run_on(line: tuple[str, ...], environment: dict[str, str], stderr: Connection) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    os.dup2(stderr.fileno(), 2)
    stderr.close()
    COMMANDS(line, prog_name="offline-collect")
