"""What the pages are made of."""

import re
from pathlib import Path

import pytest

import offline_collect_terminal.kiosk
from offline_collect_terminal.kiosk.texts import TEXTS

FOLDER = Path(offline_collect_terminal.kiosk.__file__).parent
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
STATIC = sorted((FOLDER / "static").iterdir())
SCRIPT_LINES_MAX = 60


def test_every_text_is_used_and_every_text_used_is_there():
    sources = [*TEMPLATES, *FOLDER.rglob("*.py")]
    used = {
        name
        for path in sources
        for name in re.findall(
            r"""(?:\bsay\(|\.text\(visit, )["'](\w+)["']""", path.read_text(encoding="utf-8")
        )
    }
    # A docstring shows a use.
    assert used - {"pay"} == TEXTS.keys() - {"pay"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_page_has_no_script_or_style_in_it_and_loads_nothing_from_elsewhere(path):
    page = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?! src=\"/static/kiosk\.js\")", page)
    assert not re.search(r"(?:src|href|action)=\"(?!/|\?|\{\{ action \}\})", page)
    assert "| safe" not in page


@pytest.mark.parametrize("path", STATIC, ids=lambda path: path.name)
def test_what_is_beside_the_pages_loads_nothing_from_elsewhere(path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|//[a-z]+\.|@import|url\(", text)


def test_there_is_little_script():
    assert len((FOLDER / "static/kiosk.js").read_text(encoding="utf-8").splitlines()) <= SCRIPT_LINES_MAX
