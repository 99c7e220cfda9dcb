"""``offline-collect demo``: the main job on the samples, with the real commands and a real server."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from offline_collect.app.cli.main import app
from offline_collect.app.cli.support.speaking import ENVIRONMENT
from offline_collect.app.config.load import CONFIG_VARIABLE, load_configuration
from offline_collect.app.config.paths import data_file
from offline_collect.app.config.types import parse_address
from offline_collect.app.errors import DemoError
from offline_collect.app.tools.demo_console import put_password, start_console
from offline_collect.app.tools.samples.files import MERCHANTS
from offline_collect.app.wiring.backoffice import cutover_times
from offline_collect.app.wiring.clock import SystemClock
from offline_collect.translations import Language

FOLDER = Path("var/demo")
_NOTICES = FOLDER / "notices.jsonl"
_PASSWORD = FOLDER / "first-password"
START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 20
_BEFORE_CUTOVER = ("before_cutover/payments",)
_AFTER_CUTOVER = ("after_cutover/totals", "after_cutover/other_day")
_ADMIN, _CHECKER = "admin", "checker"
_NEW_ACCOUNT = "6222000000000042"


@dataclass(frozen=True, slots=True)
class Demo:
    """The environment of the demo.

    Attributes:
        config: the configuration, which all commands find by the environment.
        today: the demo's business day, for which its samples are made.
    """

    config: Path
    today: dt.date
    console: Console

    @property
    def samples(self) -> Path:
        """The folder of the samples."""
        return FOLDER / "samples"

    def command(self, *words: str) -> None:
        """Run an ``offline-collect`` command and show its output.

        It runs in this process: a new Python for each command would take most of the demo's time.

        Raises:
            DemoError: it failed.
        """
        self.console.print(f"\n$ offline-collect {' '.join(words)}", style="bold", highlight=False)
        self.console.file.flush()
        try:
            app(list(words))
        except SystemExit as ended:
            if ended.code:
                raise DemoError(f"the demo stops: {' '.join(words)} failed") from None

    def terminal(self, *words: str) -> None:
        """Run the terminal simulator and show its transcript.

        Raises:
            DemoError: an expectation failed.
        """
        self.console.print(f"\n$ offline-collect-terminal {' '.join(words)}", style="bold", highlight=False)
        self.console.file.flush()
        arguments = [sys.executable, "-m", "offline_collect_terminal.cli.main", *words]
        if subprocess.run(arguments, check=False).returncode:  # noqa: S603 - our own command
            raise DemoError("the demo stops: an answer was not as expected")


def run_demo(keep: bool = False) -> int:
    """Show the main job: store, merchants, imports, server, messages, cutover, two people, verify.

    Args:
        keep: leave the server running and print how to use it.

    Returns:
        0 if all went as expected.

    Raises:
        AppError: a step failed.
    """
    started = time.monotonic()
    config = _configuration()
    settings = load_configuration(config).settings
    demo = Demo(config, cutover_times(settings).date_of(SystemClock().now()), Console(soft_wrap=True))
    _refuse_taken_addresses(demo)
    shutil.rmtree(FOLDER, ignore_errors=True)
    for folder in (FOLDER.parent, FOLDER):
        folder.mkdir(mode=0o700, exist_ok=True)
    with _configured(config):
        demo.console.print(f"$ export {CONFIG_VARIABLE}={_near(config)}", style="bold", highlight=False)
        _fill_store(demo)
        address = parse_address(settings.links[0].listen)
        with _server(demo, keep=keep) as server:
            _play(demo, address.port)
            _say_done(demo, server, time.monotonic() - started, address.port, keep=keep)
            if keep:
                _keep_console(demo, settings.console.listen)
    return 0


def _play(demo: Demo, port: int) -> None:
    """Run the scenarios before and after a cutover, and what a bank does between them."""
    options = ("--transcript", "--port", str(port), "--state", str(FOLDER / "terminal.json"))
    demo.terminal("run", *options)
    demo.command("merchant", "suspend", "ESTATE01")
    demo.terminal("run", "after_suspend/suspended", *options)
    demo.command("merchant", "resume", "ESTATE01")
    demo.terminal("run", *_BEFORE_CUTOVER, *options)
    _show_notices(demo)
    demo.command("day", "cutover", "--next", (demo.today + dt.timedelta(days=1)).isoformat())
    demo.terminal("run", *_AFTER_CUTOVER, *options)
    _show_two_people(demo)
    demo.command("verify", "--as", _CHECKER)


def _show_notices(demo: Demo) -> None:
    """Send what the payments have left in the outbox; a bank's own system would read the file."""
    demo.command("notify", "run", "--once")
    demo.command("notify", "stats")
    if _NOTICES.exists():
        first = _NOTICES.read_text(encoding="utf-8").splitlines()[0]
        demo.console.print(f"\n$ head -1 {_NOTICES}", style="bold", highlight=False)
        demo.console.print(first, highlight=False, markup=False)


def _configuration() -> Path:
    config = data_file("config/demo.yaml")
    if not config.exists():
        raise DemoError(f"the installation lacks {config}")
    return config


@contextmanager
def _configured(config: Path) -> Iterator[None]:
    """Let all commands find the configuration as a user's commands would, by the environment; they speak English."""
    given = {CONFIG_VARIABLE: str(config), ENVIRONMENT: os.environ.get(ENVIRONMENT, Language.EN.value)}
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, text in before.items():
            if text is None:
                del os.environ[name]
            else:
                os.environ[name] = text


def _show_two_people(demo: Demo) -> None:
    """Change an account as in a bank whose system user has ended: one user requests, another approves."""
    demo.command("user", "add", _CHECKER, "--role", "CHECKER")
    put_password(_PASSWORD)
    demo.command("user", "add", _ADMIN, "--role", "ADMIN", "--password-file", str(_PASSWORD))
    demo.command("merchant", "set", "WATER001", f"settlement_account={_NEW_ACCOUNT}", "--as", _ADMIN)
    demo.command("approvals", "list", "--as", _CHECKER)
    demo.command("approvals", "approve", "1", "--as", _CHECKER)
    demo.command("audit", "show", "--merchant", "WATER001", "--last", "2", "--as", _ADMIN)


def _refuse_taken_addresses(demo: Demo) -> None:
    """Stop before anything is changed: a server that still runs would answer instead of the new one."""
    settings = load_configuration(demo.config).settings
    listens = [settings.links[0].listen, settings.metrics.listen, settings.console.listen]
    for address in (parse_address(listen) for listen in listens if listen is not None):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address.host, address.port))
            except OSError:
                message = (
                    f"{address} is taken; if a demo was kept (--keep), stop it by the pid that it printed"
                )
                raise DemoError(message) from None


def _fill_store(demo: Demo) -> None:
    today = demo.today.isoformat()
    demo.command("samples", str(demo.samples), "--date", today)
    demo.command("init", "--business-date", today)
    for name, merchant_id in MERCHANTS.items():
        folder = demo.samples / name
        demo.command("merchant", "add", str(folder / "merchant.yaml"))
        demo.command("form", "publish", merchant_id, str(folder / "form.yaml"))
        for kind in ("customers", "bills"):
            file = next(folder.glob(f"{kind}.*"))
            demo.command(kind, "import", merchant_id, str(file))
    demo.command("merchant", "set", "SCHOOL01", "notices=true")
    demo.command("merchant", "list")


def _near(path: Path) -> str:
    """Return a path relative to this folder, if it is in it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


@contextmanager
def _server(demo: Demo, *, keep: bool) -> Iterator[subprocess.Popen[bytes]]:
    demo.console.print(f"\n$ offline-collect serve > {FOLDER / 'serve.log'} 2>&1 &", style="bold")
    # Only for its owner, like all files of the demo.
    log = os.fdopen(os.open(FOLDER / "serve.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "offline_collect", "serve"],
        stdout=log,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    log.close()
    try:
        _wait_ready(demo, server)
        yield server
    except BaseException:
        _stop(server)
        raise
    if not keep and _stop(server) != 0:
        raise DemoError(f"the server did not stop in order; see {FOLDER / 'serve.log'}")


def _wait_ready(demo: Demo, server: subprocess.Popen[bytes]) -> None:
    listen = load_configuration(demo.config).settings.metrics.listen
    until = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < until:
        if server.poll() is not None:
            said = (FOLDER / "serve.log").read_text(encoding="utf-8", errors="replace").strip()
            raise DemoError(f"the server did not start: {said or 'it said nothing'}")
        if _ready(f"http://{listen}/readyz"):
            return
        time.sleep(0.05)
    raise DemoError(f"the server was not ready after {START_TIMEOUT_S} s; see {FOLDER / 'serve.log'}")


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310 - our own http address
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's OK
    except (urllib.error.URLError, OSError):
        return False


def _stop(server: subprocess.Popen[bytes]) -> int:
    """Ask the server to drain and return its exit code."""
    if server.poll() is None:
        server.send_signal(signal.SIGTERM)
    try:
        return server.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        return server.wait()


def _say_done(
    demo: Demo,
    server: subprocess.Popen[bytes],
    seconds: float,
    port: int,
    *,
    keep: bool,
) -> None:
    demo.console.print(f"\nAll as expected, in {seconds:.0f} s. The store is in {FOLDER}/.", style="green")
    if keep:
        demo.console.print(
            f"The server goes on (pid {server.pid}). Talk to it:\n"
            f"  {_program('offline-collect-terminal')} run --transcript --port {port}\n"
            f"  {_program('offline-collect-terminal')} shell --port {port}\n"
            f"  {_program('offline-collect')} --config {_near(demo.config)} --as {_CHECKER} bills find SCHOOL01\n"
            f"  curl http://{load_configuration(demo.config).settings.metrics.listen}/metrics\n"
            f"Stop it:\n  kill {server.pid}",
            highlight=False,
        )


def _keep_console(demo: Demo, listen: str) -> None:
    console = start_console(listen, FOLDER / "console.log")
    password = _PASSWORD.read_text(encoding="ascii").strip()
    demo.console.print(
        f"The console: {console.address} (pid {console.pid}). Sign in as {_ADMIN} with the one-time password"
        f" {password}\nStop it:\n  kill {console.pid}",
        highlight=False,
    )


def _program(name: str) -> str:
    """Return how a command is started here: by its name if a shell finds it, else by its path."""
    beside = Path(sys.executable).with_name(name)
    return name if shutil.which(name) or not beside.exists() else _near(beside)
