"""docs/console.md says of every command on which page its work is done, or why on none."""

import re

import pytest
import typer

from offline_collect.app.cli.main import app
from offline_collect.console.page_table import PAGES
from tests.support.tree import ROOT

HEADING = "## Commands and their pages"
NONE = "–"
NAMED = re.compile(r"`([^`]+)`")


def rows():
    """Return the rows of the table: commands, pages, and what is said beside them."""
    page = (ROOT / "docs" / "console.md").read_text(encoding="utf-8")
    section = page.split(f"{HEADING}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in lines]


def commands(group, path=()):
    for name in group.commands:
        command = group.get_command(None, name)
        words = (*path, name)
        if hasattr(command, "commands"):
            yield from commands(command, words)
        else:
            yield " ".join(words)


ROWS = rows()
COMMANDS = sorted(commands(typer.main.get_command(app)))
SAID = [command for told, _, _ in ROWS for command in NAMED.findall(told)]


def test_every_command_is_there_once_and_no_other():
    assert sorted(SAID) == COMMANDS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_its_pages_are_there_or_the_reason_is(row):
    _, pages, reason = row
    named = NAMED.findall(pages)
    assert set(named) <= {page.path for page in PAGES}
    assert (pages == NONE) == (not named)
    assert named or len(reason.split()) > 2, "say why there is no page"


def test_pages_that_change_something_are_the_page_of_a_command():
    own = {"/sign-in", "/sign-out", "/language", "/account/password", "/account/second-factor", "/sessions"}
    named = {page for _, pages, _ in ROWS for page in NAMED.findall(pages)}
    assert {page.path for page in PAGES if page.method == "POST"} - named <= own
