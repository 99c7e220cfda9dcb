"""The commands of docs/clerk.zh.md are run as they stand there, in Chinese, and answer what the page says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.tree import ROOT

CLERK = ROOT / "docs" / "clerk.zh.md"
PAGE = CLERK.read_text(encoding="utf-8")
HOME = "/srv/merchants"
"""The folder in which the page's commands are run, as the page has it."""


def steps():
    """Return the commands of the page, each with what it answers."""
    blocks = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    said = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", "".join(blocks), re.MULTILINE)
    return [(command, answer.strip()) for command, answer in said]


def undated(text):
    """Return a text without the day on which a mapping was remembered."""
    return re.sub(r"按 20\d\d-\d\d-\d\d 的", "", text)


def test_the_first_hour_is_as_the_page_says(tmp_path):
    folder = tmp_path / "clerk"
    shutil.copytree(ROOT / "docs" / "clerk", folder)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "OFFLINE_COLLECT_LANGUAGE": "zh",
        "OFFLINE_COLLECT__DATABASE__URL": f"sqlite:///{folder}/offline-collect.db",
        "COLUMNS": "100",
        "PYTHONUTF8": "1",
    }
    commands = steps()
    assert len(commands) > 10
    for command, answer in commands:
        done = subprocess.run(
            ["/bin/sh", "-c", f"{command} 2>&1"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        lines = done.stdout.replace(str(folder), HOME).strip().splitlines()
        assert undated("\n".join(map(str.rstrip, lines))) == undated(answer), command


def test_the_page_is_found():
    for page in (ROOT / "README.md", ROOT / "docs" / "merchants.md"):
        links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
        assert any((page.parent / link).resolve() == CLERK for link in links if "://" not in link)
