"""Every package has one tree of errors, drawn at the top of its file of errors."""

import ast
import importlib
import pkgutil
from collections import defaultdict
from types import ModuleType

import pytest

from tests.support.tree import modules, name, parse

TREES = {
    "offline_collect.domain": "offline_collect.domain.errors.DomainError",
    "offline_collect.wire": "offline_collect.wire.errors.WireError",
    "offline_collect.engine": "offline_collect.engine.errors.EngineError",
    "offline_collect.files": "offline_collect.files.errors.FilesError",
    "offline_collect.server": "offline_collect.server.errors.ServerError",
    "offline_collect.store": "offline_collect.store.database.errors.StoreError",
    "offline_collect.merchant": "offline_collect.merchant.common.errors.MerchantError",
    "offline_collect.console": "offline_collect.console.errors.ConsoleError",
    "offline_collect.app": "offline_collect.app.errors.AppError",
    "offline_collect_terminal": "offline_collect_terminal.errors.SimulatorError",
}
"""The root of each package with its own errors, in the file that draws the tree."""

NO_ERRORS = {"offline_collect.notify", "offline_collect.settlement", "offline_collect.translations"}
"""Packages that raise other packages' errors only."""

NAVIGATION = {"Back", "ToMenu", "Interrupted", "Leave"}
"""Steps of a teller in the shell; exceptions only by their mechanism."""

REFINED = {
    "offline_collect.domain": {"StoreError"},
}
"""Errors whose own tree another package draws."""


def modules_of(package: str) -> list[ModuleType]:
    root = importlib.import_module(package)
    found = pkgutil.walk_packages(root.__path__, f"{package}.")
    runs_when_imported = ("__main__", "migrations")
    return [
        root,
        *(importlib.import_module(m.name) for m in found if not m.name.endswith(runs_when_imported)),
    ]


def errors_of(package: str) -> set[type[Exception]]:
    """The exceptions that a package defines."""
    return {
        each
        for module in modules_of(package)
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Exception) and each.__module__ == module.__name__
    }


def drawn(root: type[Exception], shown: set[type[Exception]], depth: int = 0) -> list[str]:
    """A tree as the files draw it: one line for each error, children indented by two blanks, by name."""
    lines = ["    " + "  " * depth + root.__name__]
    for child in sorted(root.__subclasses__(), key=lambda each: each.__name__):
        if child in shown:
            lines += drawn(child, shown, depth + 1)
    return lines


def test_every_package_is_thought_of():
    packages = pkgutil.iter_modules(importlib.import_module("offline_collect").__path__, "offline_collect.")
    assert {each.name for each in packages if each.ispkg} == (set(TREES) | NO_ERRORS) - {
        "offline_collect_terminal"
    }


@pytest.mark.parametrize("package", sorted(NO_ERRORS))
def test_these_have_no_errors_of_their_own(package):
    assert not errors_of(package)


@pytest.mark.parametrize("package", TREES)
def test_every_error_stands_in_its_packages_tree_which_its_file_draws(package):
    file, _, root_name = TREES[package].rpartition(".")
    root = getattr(importlib.import_module(file), root_name)
    errors = {each for each in errors_of(package) if each.__name__ not in NAVIGATION}
    assert {each.__name__ for each in errors if not issubclass(each, root)} == set()
    assert {each.__name__ for each in errors if not each.__name__.endswith("Error")} == set()
    inner = {
        each for each in errors if {base.__name__ for base in each.__mro__[1:]} & REFINED.get(package, set())
    }
    shown = errors | {each for each in errors_of("offline_collect.domain") if issubclass(each, root)}
    tree = "\n".join(drawn(root, shown - inner))
    assert tree in (importlib.import_module(file).__doc__ or ""), f"\n{file} should draw:\n\n{tree}\n"


def test_no_error_is_worded_in_more_than_two_places():
    """A third place with the same words is a rule that has been copied, such as whether a day is open."""
    places = defaultdict(list)
    for path in modules("offline_collect"):
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                for words in map(ast.unparse, node.exc.args):
                    places[words].append(f"{name(path)}:{node.lineno}")
    copied = {words: found for words, found in places.items() if len(found) > 2 and words.count(" ") > 2}
    assert copied == {}
