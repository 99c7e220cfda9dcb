"""Every command and option is in the documents."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from offline_collect.app.cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
REFERENCES = {
    "commands.md": ("offline_collect.app.cli.main", "offline-collect"),
    "terminal-commands.md": ("offline_collect_terminal.cli.main", "offline-collect-terminal"),
}
"""Pages generated from the command lines, with every option; `make reference` writes them."""

TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES if page.name not in REFERENCES)
"""Pages written by people."""


def _commands(group, path=()):
    for name in group.commands:
        command = group.get_command(None, name)
        words = (*path, name)
        if hasattr(command, "commands"):
            yield from _commands(command, words)
        else:
            yield " ".join(words)


@pytest.mark.parametrize("command", sorted(_commands(typer.main.get_command(app))))
def test_every_command_is_documented(command):
    group, _, name = command.rpartition(" ")
    assert re.search(rf"{group} (?:[a-z]+\|)*{name}\b" if group else rf"\b{name}\b", TEXT)


@pytest.mark.parametrize("page", REFERENCES)
def test_a_reference_has_every_command_and_option(page):
    module, name = REFERENCES[page]
    told = subprocess.run(
        [sys.executable, "-m", "typer", module, "utils", "docs", "--name", name],
        capture_output=True,
        check=True,
        encoding="utf-8",
        cwd=ROOT,
    )
    assert told.stdout == (ROOT / "docs" / page).read_text(encoding="utf-8"), "run `make reference`"
