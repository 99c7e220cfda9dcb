"""The dialects, scenarios that tests write themselves, and the command in this process."""

import signal
import sys
from dataclasses import dataclass

import pytest
import yaml

from offline_collect_terminal.cli import main
from offline_collect_terminal.scenario.reader import load_templates, read_scenario
from offline_collect_terminal.wire.dialects import load_codec


@pytest.fixture(scope="session")
def codec():
    return load_codec("ascii")


@pytest.fixture(scope="session", params=["ascii", "bcd"])
def either_codec(request):
    return load_codec(request.param)


@pytest.fixture(scope="session")
def templates():
    return load_templates()


@pytest.fixture
def scenario(templates):
    """Makes a scenario from the YAML of its steps and further keys."""

    def make(steps, **keys):
        values = {"scenario": "under test", "steps": yaml.safe_load(steps), **keys}
        return read_scenario(values, "test.yaml", templates)

    return make


@dataclass
class Ended:
    """The exit code and output of the command."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs ``offline-collect-terminal`` with arguments and returns the result."""
    monkeypatch.setenv("COLUMNS", "120")

    def command(*words):
        monkeypatch.setattr(sys, "argv", ["offline-collect-terminal", *map(str, words)])
        interrupts = signal.getsignal(signal.SIGINT)
        try:
            main.main()
        except SystemExit as ended:
            code = ended.code or 0
        else:
            code = 0
        finally:
            signal.signal(signal.SIGINT, interrupts)
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return command
