"""Rules for the whole tree."""

import ast
import re
import sys
import tomllib
from pathlib import PurePosixPath

import pytest

from tests.support.tree import ROOT, files, is_ours, modules, name, parse

FOLDERS = {".ci", "bench", "config", "docs", "offline_collect", "samples", "schemas", "simulators", "tests"}
FILES = {
    ".editorconfig",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "constraints.txt",
    "pyproject.toml",
}
INSTALLED = {"offline_collect", "offline_collect_terminal"}
"""The only top-level packages that an install may add."""
PRODUCT = ("offline_collect", "simulators", "bench")
MODULE_LINES_MAX = 350
FUNCTION_LINES_MAX = 50
BY_PLACE_MAX = 5
MADE_BY_ROW_READER = {"offline_collect/store/sql/by_name.py"}
"""Modules that call a class with all its values by place: the places were found by name."""
# A clone must install from the index of its user's pip, and run in any folder.
MACHINE_BOUND = {
    "a package registry's host": rb"\b(?:pypi|pythonhosted|npmjs|crates|anaconda)\.(?:org|com|io)\b",
    "a path of one machine": rb"(?<![\w.-])/(?:work|root|home)/",
}


def test_the_top_level_holds_what_the_layout_says():
    found = {path.name for path in ROOT.iterdir() if is_ours(path)}
    assert found <= FOLDERS | FILES


def test_an_install_adds_no_other_top_level_package():
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    wheel = build["targets"]["wheel"]
    # Any other key could include more files than these two show.
    assert build.keys() == {"dev-mode-dirs", "targets"}
    assert wheel.keys() == {"packages", "force-include"}
    assert {PurePosixPath(package).name for package in wheel["packages"]} == INSTALLED
    assert {PurePosixPath(target).parts[0] for target in wheel["force-include"].values()} <= INSTALLED


def test_no_module_is_too_long_to_be_read_at_once():
    lengths = {name(path): path.read_bytes().count(b"\n") for path in modules()}
    assert {path: lines for path, lines in lengths.items() if lines > MODULE_LINES_MAX} == {}


def test_no_function_is_too_long_to_be_read_at_once():
    lengths = {
        f"{name(path)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in modules(*PRODUCT)
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {place: lines for place, lines in lengths.items() if lines > FUNCTION_LINES_MAX} == {}


def test_no_value_of_ours_takes_more_than_five_parts_by_place():
    parts = _parts_of_classes()
    found = []
    for path in modules(*PRODUCT):
        if "migrations" in path.parts or name(path) in MADE_BY_ROW_READER:
            continue
        tree = parse(path)
        ours = parts.keys() - _of_others(tree)
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        made = [(call, ast.unparse(call.func).rpartition(".")[2]) for call in calls]
        found += [
            f"{name(path)}:{call.lineno} {class_name}"
            for call, class_name in made
            if class_name in ours and _by_place(call, parts[class_name]) > BY_PLACE_MAX
        ]
    assert found == []


@pytest.mark.parametrize("folder", ["offline_collect/store"])
def test_no_row_is_cut_by_numbers(folder):
    cut = [
        f"{name(path)}:{node.lineno}"
        for path in modules(folder)
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "slice"
    ]
    assert cut == []


def test_every_module_says_what_it_is():
    assert [name(path) for path in modules(*PRODUCT) if not ast.get_docstring(parse(path))] == []


@pytest.mark.parametrize("room", ["domain", "wire"])
def test_the_pure_rooms_ask_neither_clock_nor_chance_nor_disk(room):
    impure = {"io", "os", "pathlib", "random", "secrets", "socket", "subprocess", "threading", "time", "uuid"}
    found = {path: imported & impure for path, imported in _imports(f"offline_collect/{room}").items()}
    assert {path: imported for path, imported in found.items() if imported} == {}


def test_the_domain_needs_the_standard_library_only():
    known = sys.stdlib_module_names | {"offline_collect"}
    found = {path: imported - known for path, imported in _imports("offline_collect/domain").items()}
    assert {path: imported for path, imported in found.items() if imported} == {}


@pytest.mark.parametrize("what", MACHINE_BOUND)
def test_nothing_in_the_tree_is_bound_to_one_machine(what):
    pattern = re.compile(MACHINE_BOUND[what])
    assert [name(path) for path in files() if pattern.search(path.read_bytes())] == []


def _imports(folder: str) -> dict[str, set[str]]:
    """Return the top-level packages that each module of a folder imports."""
    return {name(path): set(_packages(parse(path))) for path in modules(folder)}


def _packages(tree: ast.Module):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.partition(".")[0]


def _parts_of_classes() -> dict[str, int]:
    """Return how many annotated fields each class of the product has, if it defines no other constructor."""
    found: dict[str, int] = {}
    for path in modules(*PRODUCT):
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.ClassDef):
                fields = sum(isinstance(each, ast.AnnAssign) for each in node.body)
                found[node.name] = max(fields, found.get(node.name, 0))
    return found


def _of_others(tree: ast.Module) -> set[str]:
    """Return the names that a module imports from other packages than ours."""
    return {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module.partition(".")[0] not in INSTALLED | {"bench"}
        for alias in node.names
    }


def _by_place(call: ast.Call, parts: int) -> int:
    """Return how many values a call passes by place; a starred value may be all values of the class."""
    if any(isinstance(each, ast.Starred) for each in call.args):
        return max(parts, len(call.args))
    return len(call.args)
