"""The walk of docs/dialects.md from a specification to a link: every command prints what the page shows."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from offline_collect.app.cli.main import app
from tests.support.tree import ROOT

PAGE = (ROOT / "docs/dialects.md").read_text(encoding="utf-8")
WALK = PAGE.partition("## From a specification to a link")[2].partition("\n## ")[0]
FIRST, CONFIG = re.findall(r"```yaml\n(.*?)```", WALK, re.DOTALL)
(SAMPLE,) = re.findall(r"```text\n(.*?)```", WALK, re.DOTALL)
SHOWN = re.findall(r"```console\n\$ offline-collect (.*?)\n(.*?)```", WALK, re.DOTALL)
FILE = Path("schemas/dialects/northbank.yaml")


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OFFLINE_COLLECT_CONFIG", "bank.yaml")
    FILE.parent.mkdir(parents=True)
    Path("bank.yaml").write_text(CONFIG, encoding="utf-8")
    Path("sample.txt").write_text(SAMPLE, encoding="utf-8")
    return lambda words: CliRunner().invoke(app, words.split())


def test_every_step_prints_what_the_page_shows(run):
    third = FIRST.replace("length: binary\n", "length: binary2\n").replace("an2 Currency", "n3 Currency")
    fourth = third.replace("elements:\n", "elements:\n  32: {encoding: bcd-right}\n")
    files = [FIRST, third, fourth, fourth]
    assert len(SHOWN) == len(files)
    for text, (words, output) in zip(files, SHOWN, strict=True):
        FILE.write_text(text, encoding="utf-8")
        result = run(words)
        # The page shows no folder of anybody's machine.
        assert (result.stdout + result.stderr).replace(f"{Path.cwd()}/", "") == output
