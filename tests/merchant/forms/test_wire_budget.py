"""The bytes that a form takes on the wire: the same count as the wire's own, and what the wire would cut."""

import copy

import pytest

from offline_collect.domain.decisions.forms import form_answer
from offline_collect.merchant.common.errors import FormMisfitError
from offline_collect.merchant.forms.definition import read_form
from offline_collect.merchant.forms.wire_budget import (
    ANY_DAY,
    LONGEST_VERSION,
    check_fit,
    form_budget,
    longest_request,
)
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.messages.answers.writer import ResponseWriter
from tests.merchant.documents import SCHOOL_FORM
from tests.messages.golden import dialect_values

ROOM = {"key": "room", "label": "房号", "prompt": "请输入房号", "example": "3幢-2单元-501", "group": "home"}


@pytest.fixture
def budgets(wire):
    """The bytes of a form, by dialect and part."""
    messages, dialects = wire

    def budgets(document):
        form = read_form(document, "form.yaml", 1)
        return {
            dialect.name: {each.part: each for each in form_budget(form, messages, dialect)}
            for dialect in dialects
        }

    return budgets


def longer(**changes):
    document = copy.deepcopy(SCHOOL_FORM)
    document["inputs"][0].update(changes)
    return document


def test_every_part_is_as_long_as_the_wire_makes_it(wire, budgets):
    document = {**SCHOOL_FORM, "instructions": "学号印在学生证上", "inputs": [*SCHOOL_FORM["inputs"], ROOM]}
    found = budgets(document)
    messages, dialects = wire
    for dialect in dialects:
        request = longest_request("0100", "FORM_DOWNLOAD", dialect)
        form = read_form(document, "form.yaml", LONGEST_VERSION)
        response = ResponseWriter(messages, dialect).write(request, form_answer(form), ANY_DAY)
        sizes = {number: len(text.encode(dialect.charset)) for number, text in response.elements.items()}
        parts = found[dialect.name]
        assert parts["title and instructions"].used == sizes[48]
        assert parts["input student_no (学号)"].used == sizes[120]
        assert parts["input room (房号)"].used == sizes[121]
        assert parts["the form as a whole"].used == len(Codec(dialect).encode(response))
        assert parts["the form as a whole"].room == dialect.frame.message_max
        assert all(part.over == 0 and part.cut == () for part in parts.values())


def test_what_is_too_long_for_one_dialect_says_by_how_much(wire, budgets):
    document = longer(type="CHOICE", choices={f"{nth:010d}": "说" * 30 for nth in range(9)})
    part = "input student_no (学号)"
    found = budgets(document)
    assert (found["ascii"][part].over, found["bcd"][part].over) == (21, 0)
    with pytest.raises(FormMisfitError, match=r"dialect ascii: input student_no .*: 21 bytes over"):
        check_fit(read_form(document, "form.yaml", 1), *wire)


def test_a_receipt_that_would_be_cut_says_so(budgets):
    document = {**SCHOOL_FORM, "receipt": ["{description} {用水量} {备注} {merchant} {bill_no}"] * 3}
    part = "a receipt, its texts at their longest"
    found = budgets(document)
    assert found["ascii"][part].cut == found["bcd"][part].cut == ("receipt",)
    assert found["ascii"][part].over > found["bcd"][part].over > 0


def test_a_bill_that_would_be_cut_says_which_of_its_columns(budgets):
    own = ["用水量", "上次读数", "本次读数", "水价", "备注"]
    part = "a bill, its texts at their longest"
    found = budgets({**SCHOOL_FORM, "show": ["description", "period", "due_date", *own]})
    assert found["ascii"][part].cut == ("further columns",)
    assert found["bcd"][part].cut == ()
    shorter = budgets({**SCHOOL_FORM, "show": ["period"]})
    assert shorter["ascii"][part].used < found["ascii"][part].used


def test_a_dialect_without_downloads_carries_no_forms_and_any_form_fits_it(wire):
    messages, _ = wire
    form = read_form(SCHOOL_FORM, "form.yaml", 1)
    values = dialect_values()
    del values["elements"][124]
    dialect = compile_dialect(values, "x.yaml")
    assert form_budget(form, messages, dialect) == []
    assert check_fit(form, messages, [dialect]) is None
