"""Files and folders that documents name exist, and the map of the tests is complete."""

import re

import pytest

from tests.support.tree import ROOT, files, is_ours, modules, name

TESTS = ROOT / "tests"
MAP = TESTS / "README.md"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", MAP, *sorted((ROOT / "docs").glob("*.md"))]


def _read(page):
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)\)", _read(page))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_module_that_is_named_is_there(page):
    there = [f"/{name(path)}" for path in files()]
    named = set(re.findall(r"`([\w./-]+\.py)`", _read(page)))
    assert {module for module in named if not any(path.endswith(f"/{module}") for path in there)} == set()


def test_the_map_of_the_tests_has_every_folder_and_no_other():
    named = set(re.findall(r"^\| `(\w+)/` \|", _read(MAP), re.MULTILINE))
    assert named == {path.name for path in TESTS.iterdir() if path.is_dir() and is_ours(path)}


@pytest.mark.parametrize("folder", ["model", "fakes", "databases", "messages", "support"])
def test_the_map_of_the_tests_has_every_module_that_rooms_share(folder):
    shared = {path.name for path in modules(f"tests/{folder}") if not path.name.startswith("test_")}
    assert shared - set(re.findall(r"`(\w+\.py)`", _read(MAP))) == set()


def test_every_page_that_is_named_anywhere_is_there():
    """Of docstrings, comments, data and documents; a path in quotation marks is code, which fails by itself."""
    texts = [path for path in files() if path.suffix in {".md", ".po", ".py", ".toml", ".yaml", ".yml"}]
    assert len(texts) > 900
    missing = [
        f"{name(path)}: {page}"
        for path in texts
        for page in re.findall(r"""(?<![\w./"-])[\w./-]*\w\.md\b""", _read(path))
        if not ((ROOT / page).is_file() or (path.parent / page).is_file())
    ]
    assert not missing
