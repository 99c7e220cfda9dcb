"""Commands in texts: whole, with the configuration that was given, and only commands that exist."""

import re

import pytest

from offline_collect.app.cli.main import app
from offline_collect.app.cli.support.hints import give_config, hinted, hinting
from tests.app.conftest import built
from tests.support.tree import ROOT

COMMAND = re.compile(r"(?<![\w./-])offline-collect ([a-z][a-z-]*)")


@pytest.fixture
def given():
    yield give_config
    give_config(None)


def test_a_command_repeats_the_file_that_was_given(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = "run offline-collect init, or `offline-collect user add NAME`"
    assert hinted(text) == text
    given(tmp_path.relative_to(tmp_path) / "bank one.yaml")
    named = f"offline-collect --config '{tmp_path}/bank one.yaml'"
    assert hinted(text) == f"run {named} init, or `{named} user add NAME`"


@pytest.mark.parametrize(
    "text", ["sqlite:///var/offline-collect.db is", "offline-collect 1.0", "my-offline-collect init"]
)
def test_nothing_else_is_taken_for_a_command(given, tmp_path, text):
    given(tmp_path / "bank.yaml")
    assert hinted(text) == text


def test_other_threads_keep_what_was_given(given, tmp_path):
    given(tmp_path / "bank.yaml")
    tell = hinting()
    given(None)
    assert tell("offline-collect init") == f"offline-collect --config {tmp_path}/bank.yaml init"


def test_every_command_that_a_text_names_exists():
    known = set(built(app).commands)
    named = {
        word
        for path in (ROOT / "offline_collect").rglob("*.py")
        for word in COMMAND.findall(path.read_text(encoding="utf-8"))
    }
    assert {"init", "store", "audit"} <= named
    assert named <= known


def test_an_error_and_a_result_name_the_configuration(done, refused, tmp_path):
    said = refused("--config", "bank.yaml", "merchant", "list")
    assert said == (
        f"Error: there is no store at {tmp_path}/bank.db: run offline-collect --config {tmp_path}/bank.yaml init\n"
    )
    assert refused("merchant", "list").endswith(": run offline-collect init\n")
    done("init")
    named = f"`offline-collect --config {tmp_path}/bank.yaml merchant add FILE.yaml`"
    assert named in done("merchant", "list", "--config", "bank.yaml")
