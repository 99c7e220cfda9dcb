"""Whatever may stand in an error workbook has a Chinese text, of the same parts."""

import ast
import re
from string import Formatter
from typing import get_type_hints

import pytest

from offline_collect.domain.forms import InputProblem
from offline_collect.domain.phrases import Phrase
from offline_collect.files import chinese as of_files
from offline_collect.files.errors import CellProblemError, RowProblem
from offline_collect.merchant.imports.chinese import CHINESE
from tests.support.tree import ROOT

CODE = ROOT / "offline_collect"
HALF_WIDTH = re.compile(r"[一-鿿][,;:!?]|[,;:!?][一-鿿]")


def calls(room=CODE):
    """Return every call that makes a phrase, by where it is."""
    return {
        f"{file.relative_to(ROOT)}:{node.lineno}:{node.col_offset}": node
        for file in sorted(room.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Phrase"
    }


def template(call):
    return call.args[0].value


def parts(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("call", [pytest.param(call, id=place) for place, call in calls().items()])
def test_every_template_is_there_to_be_read_and_has_its_parts(call):
    (told,) = call.args
    assert isinstance(told, ast.Constant), "a template is written where it is used, as one text"
    assert isinstance(told.value, str)
    assert {keyword.arg for keyword in call.keywords} == parts(told.value)


def test_every_template_has_a_chinese_text_and_every_chinese_text_a_template():
    assert set(CHINESE) == {template(call) for call in calls().values()}
    assert set(of_files.CHINESE) == {template(call) for call in calls(CODE / "files").values()}


@pytest.mark.parametrize("english", CHINESE)
def test_a_chinese_text_has_the_parts_of_the_english_one(english):
    assert parts(CHINESE[english]) == parts(english)


@pytest.mark.parametrize("text", CHINESE.values())
def test_a_chinese_text_has_full_width_punctuation(text):
    assert HALF_WIDTH.search(text) is None


@pytest.mark.parametrize("kind", [RowProblem, InputProblem])
def test_no_reason_goes_without_a_template(kind):
    """The type checker holds who makes one to it: a mere text is no phrase."""
    assert get_type_hints(kind)["reason"] in (Phrase, Phrase | None)


def test_no_remedy_goes_without_a_template():
    hints = get_type_hints(CellProblemError.__init__)
    assert (hints["reason"], hints["remedy"], get_type_hints(RowProblem)["remedy"]) == (
        Phrase,
        Phrase,
        Phrase,
    )
