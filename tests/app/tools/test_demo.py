"""The demo changes nothing while another demo is running."""

import contextlib
import os
import socket
import sys
from pathlib import Path

import pytest

from offline_collect.app.errors import DemoError
from offline_collect.app.tools.demo import _configured, _program, run_demo


def test_a_demo_that_finds_its_port_taken_leaves_what_is_there_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    kept = tmp_path / "var" / "demo" / "offline-collect.db"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"a store that a kept server still writes to")
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):  # a demo that runs on this machine already serves as well
            taken.bind(("127.0.0.1", 18583))
            taken.listen()
        with pytest.raises(DemoError, match=r"127\.0\.0\.1:18583 is taken"):
            run_demo()
    assert kept.read_bytes().startswith(b"a store")


def test_commands_find_the_demos_configuration_as_a_users_would(monkeypatch):
    monkeypatch.setenv("OFFLINE_COLLECT_CONFIG", "mine.yaml")
    with _configured(Path("demo.yaml")):
        assert os.environ["OFFLINE_COLLECT_CONFIG"] == "demo.yaml"
    assert os.environ["OFFLINE_COLLECT_CONFIG"] == "mine.yaml"
    monkeypatch.delenv("OFFLINE_COLLECT_CONFIG")
    with _configured(Path("demo.yaml")):
        pass
    assert "OFFLINE_COLLECT_CONFIG" not in os.environ


def test_a_command_is_named_as_it_can_be_started_here(monkeypatch):
    beside = Path(sys.executable).with_name("offline-collect-terminal")
    monkeypatch.setenv("PATH", str(beside.parent))
    assert _program("offline-collect-terminal") == "offline-collect-terminal"
    monkeypatch.setenv("PATH", "")
    assert Path(_program("offline-collect-terminal")).resolve() == beside.resolve()
