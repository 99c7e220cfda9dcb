"""What people are told can be translated: commands say phrases, and refusals are phrases."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.tree import modules, name, parse

READ_BY_PEOPLE = ("domain", "merchant", "settlement", "notify", "store/backoffice", "app/cli")
"""Packages whose refusals tellers, clerks and operators read."""

OF_FILES = {"LayoutError"}
"""Refusals of data files of the program itself: only who writes such a file meets them."""


def is_text(node: ast.expr) -> bool:
    """Whether an expression is an English text: a literal with a word, or an f-string with one."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return any(
        isinstance(part, ast.Constant) and isinstance(part.value, str) and any(map(str.isalpha, part.value))
        for part in parts
    )


def called(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def refusals(path: Path) -> Iterator[str]:
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            error = called(node.exc.func)
            ours = error.endswith("Error") and error not in {*OF_FILES, "ValueError"}
            if ours and is_text(node.exc.args[0]):
                yield f"{name(path)}:{node.lineno} {error}"


def echoes(path: Path) -> Iterator[str]:
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Call) and called(node.func) == "echo" and node.args and is_text(node.args[0]):
            yield f"{name(path)}:{node.lineno}"


def python_files(package: str) -> list[Path]:
    return [
        path for path in modules("offline_collect") if name(path).startswith(f"offline_collect/{package}/")
    ]


@pytest.mark.parametrize("package", READ_BY_PEOPLE)
def test_a_refusal_is_a_phrase(package):
    files = python_files(package)
    assert files
    assert [found for path in files for found in refusals(path)] == []


@pytest.mark.parametrize("package", ["app/cli/commands", "app/cli/actions"])
def test_a_command_prints_no_english_text_past_the_catalogue(package):
    files = python_files(package)
    assert files
    assert [found for path in files for found in echoes(path)] == []


def test_the_search_tells_texts_from_phrases_and_data():
    source = 'a(f"{x}: is wrong")\na(Phrase("wrong"))\na("done")\na(f"{x}")\na("")\na(x)'
    assert [is_text(line.value.args[0]) for line in ast.parse(source).body] == [
        True,
        False,
        True,
        False,
        False,
        False,
    ]
