"""The installed program, run as a user runs it."""

import json
import os
import signal
import subprocess
import sys
from urllib.request import urlopen

import pytest

from tests.support.tree import ROOT


@pytest.fixture
def run(tmp_path):
    def run(*arguments, **options):
        environment = {**os.environ, "COLUMNS": "80", **options.pop("env", {})}
        command = [sys.executable, "-c", "from offline_collect.app.cli.main import main; main()", *arguments]
        environment["PYTHONPATH"] = str(ROOT)
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            check=False,
            timeout=60,
            **options,
        )

    return run


@pytest.mark.parametrize(
    ("arguments", "typers_own"),
    [
        (["--help"], []),
        (["--version"], []),
        (["bills", "--help"], ["pydantic"]),
        (["customers", "--help"], ["pydantic"]),
        (["nonsense"], ["pydantic"]),
    ],
)
def test_help_is_shown_without_the_rooms_being_imported(arguments, typers_own):
    heavy = ("pydantic", "sqlalchemy", "twisted", "structlog", "prometheus_client", "yaml")
    code = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from offline_collect.app.cli.main import app\n"
        f"CliRunner().invoke(app, {arguments!r})\n"
        f"print([name for name in {heavy!r} if name in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout == f"{typers_own}\n"


def test_a_command_is_imported_without_what_only_others_need():
    code = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from offline_collect.app.cli.main import app\n"
        "CliRunner().invoke(app, ['bills', 'show', '--help'])\n"
        "print([name for name in ('python_calamine', 'twisted', 'xlsxwriter') if name in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout == "[]\n"


def test_the_console_does_not_keep_what_it_needs_seldom_or_never():
    heavy = ("typst", "python_calamine", "twisted.web", "twisted.internet", "offline_collect.engine")
    code = (
        "import sys\n"
        "import offline_collect.app.cli.commands.console\n"
        f"print([name for name in {heavy!r} if name in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout == "[]\n"


def test_a_users_mistakes_never_show_a_traceback(run, tmp_path):
    (tmp_path / "wrong.yaml").write_text("links: [{tls: true}]", encoding="utf-8")
    mistakes = [
        (["--config", "wrong.yaml", "merchant", "list"], 2),
        (["--config", "nowhere.yaml", "serve"], 2),
        (["merchant", "list"], 1),
        (["verify"], 1),
        (["serve"], 1),
        (["nonsense"], 2),
        (["message", "decode", "zz"], 1),
    ]
    for arguments, code in mistakes:
        ran = run(*arguments)
        assert (ran.returncode, "Traceback" in ran.stderr) == (code, False), (arguments, ran.stderr)
        assert "Error" in ran.stderr


def test_a_store_made_by_one_process_is_there_for_the_next(run):
    assert run("init", "--business-date", "2026-11-22", "--yes").returncode == 0
    shown = run("day", "show")
    assert shown.returncode == 0
    assert "2026-11-22" in shown.stdout
    assert "\x1b" not in shown.stdout


def test_a_fault_of_the_programs_own_shows_where_it_is_but_no_variables():
    code = (
        "import offline_collect.app.config.load as config\n"
        "from offline_collect.app.cli.main import main\n"
        "def broken(*arguments, pan='6225880100001234'):\n"
        "    raise RuntimeError('broken')\n"
        "config.load_configuration = broken\n"
        "main()\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, "config", "show"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert ran.returncode == 1
    assert "RuntimeError: broken" in ran.stderr
    assert "6225880100001234" not in ran.stderr


def test_a_server_listens_until_it_is_told_to_stop_and_then_drains(run, tmp_path):
    text = "links: [{listen: '127.0.0.1:0'}]\nmetrics: {listen: '127.0.0.1:0'}\nlog: {format: json}\n"
    (tmp_path / "bank.yaml").write_text(text, encoding="utf-8")
    assert run("--config", "bank.yaml", "init").returncode == 0
    command = [sys.executable, "-m", "offline_collect", "serve", "--config", "bank.yaml"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            starts, store, metrics, link = (json.loads(next(server.stderr))["event"] for _ in range(4))
            # Answered only when the reactor runs and handles signals.
            with urlopen(f"http://{metrics.split()[-1]}/readyz", timeout=60) as ready:
                assert ready.read() == b"ready\n"
            server.send_signal(signal.SIGTERM)
            _, rest = server.communicate(timeout=60)
        finally:
            server.kill()
    assert starts.startswith("offline-collect ")
    assert starts.endswith(f" starts, configuration {tmp_path}/bank.yaml")
    assert store.startswith(f"store sqlite:///{tmp_path}/var/offline-collect.db, business day 20")
    assert store.endswith(" is open, links: fep-1 (ascii)")
    assert link.startswith("link fep-1 listens on 127.0.0.1:")
    assert server.returncode == 0
    assert [json.loads(line)["event"] for line in rest.splitlines()] == ["draining", "stopped"]
