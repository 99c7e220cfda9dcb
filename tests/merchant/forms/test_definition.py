"""form.yaml: what it is read as, what is refused, and whether it fits the wire."""

import copy

import pytest

from offline_collect.domain.forms import InputType, form_from_document, form_to_document
from offline_collect.domain.texts.text import OF_NAMES, Normalisation
from offline_collect.merchant.common.errors import DocumentError, FormMisfitError
from offline_collect.merchant.forms.definition import describe_form, read_form
from offline_collect.merchant.forms.wire_budget import check_fit
from tests.merchant.documents import SCHOOL_FORM


def form_with(**changes):
    """The school's form with another first input."""
    document = copy.deepcopy(SCHOOL_FORM)
    document["inputs"][0].update(changes)
    return document


def problems(document):
    with pytest.raises(DocumentError) as caught:
        read_form(document, "form.yaml", 1)
    return [str(problem) for problem in caught.value.problems]


def test_a_form_becomes_the_domains():
    form = read_form(SCHOOL_FORM, "form.yaml", 3)
    assert (form.version, form.title) == (3, "学费缴纳")
    assert (form.inputs[0].type, form.inputs[0].least, form.inputs[0].required) == (
        InputType.NUMERIC,
        10,
        True,
    )
    assert form.show == ("description", "period", "due_date")


def test_what_is_described_reads_back_the_same():
    form = read_form(form_with(example="2026030117"), "form.yaml", 2)
    described = describe_form(form)
    assert described.pop("version") == 2
    assert read_form(described, "shown", 2) == form


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"title": "t"}, "inputs: is missing"),
        ({"title": "t", "inputs": []}, "inputs: a form has 1 to 5, not 0"),
        (
            {**SCHOOL_FORM, "titles": "t"},
            "titles: unknown key; known here: title, instructions, inputs, show, receipt",
        ),
        (form_with(label="学号\ufe0f"), "inputs[0].label: must not hold invisible characters"),
        (form_with(pattern="[0-9]{10}\u115f"), "inputs[0].pattern: must not hold invisible characters"),
        (form_with(key="学号"), "inputs[0].key: must be 1 to 30 small letters"),
        (form_with(type="NUMBER"), "inputs[0].type: must be 'NUMERIC', 'ALPHANUMERIC', 'TEXT' or 'CHOICE'"),
        (form_with(least=11), "input student_no: least and most must be 1 to 60, least first"),
        (form_with(pattern="[0-9"), "input student_no: pattern: unterminated character set"),
        (
            form_with(pattern="(a+)+b", type="TEXT", least=1, most=60, example="a" * 60),
            "inputs[0].pattern: repeats a group (character 1): a group may be left out, (…)?, but not repeated",
        ),
        (form_with(pattern="(?!0)[0-9]+"), "inputs[0].pattern: has (?!, which not every terminal reads"),
        (form_with(check="MOD97"), "inputs[0].check: must be 'LUHN' or 'MOD11'"),
        (
            form_with(check="LUHN", example="2026030117"),
            "inputs[0].example: its own input refuses it: 学号 is",
        ),
        (form_with(check="LUHN", least=1), "input student_no: a check digit needs a number of 2 or more"),
        (
            form_with(check="MOD11", type="TEXT"),
            "inputs[0].check: MOD11 may end in X: add upper to normalise",
        ),
        ({**SCHOOL_FORM, "version": 3}, "version: is given when the form is published; take this line out"),
        (form_with(normalise=["lower"]), "inputs[0].normalise[0]: must be 'trim', 'half_width', 'upper'"),
        (form_with(example="12"), "inputs[0].example: its own input refuses it: 学号 must have 10 digits"),
        (form_with(type="CHOICE"), "input student_no: a CHOICE needs choices"),
        (form_with(type="CHOICE", choices={"a|b": "c"}), "inputs[0].choices.a|b: must be without = and |"),
        (form_with(required=False), "inputs: at least one must be required or belong to a group"),
        ({**SCHOOL_FORM, "inputs": SCHOOL_FORM["inputs"] * 2}, "inputs: a key is named twice"),
        (
            {**SCHOOL_FORM, "inputs": SCHOOL_FORM["inputs"] + form_with(key="other")["inputs"]},
            "inputs[1].label: 学号 is the label of another input too",
        ),
        ({**SCHOOL_FORM, "receipt": ["{amount"]}, "receipt[0]: has a brace that is not a placeholder"),
    ],
)
def test_a_wrong_form_is_refused_with_its_path(document, problem):
    (found,) = problems(document)
    assert found.startswith(problem)


@pytest.mark.parametrize(
    "changes",
    [
        {"check": "LUHN"},
        {"check": "MOD11"},
        {"check": "MOD11", "type": "ALPHANUMERIC", "normalise": ["trim", "upper"], "least": 18, "most": 18},
    ],
)
def test_a_check_digit_is_named_in_the_input(changes):
    form = read_form(form_with(**changes), "form.yaml", 1)
    assert describe_form(form)["inputs"][0]["check"] == form.inputs[0].check == changes["check"]


def test_a_form_that_every_dialect_can_carry_is_taken(wire):
    form = read_form(SCHOOL_FORM, "form.yaml", 1)
    assert check_fit(form, *wire) is None


def test_an_input_too_long_for_a_record_is_named_with_its_dialect(wire):
    choices = {f"{number:010d}": "说" * 30 for number in range(12)}
    form = read_form(form_with(type="CHOICE", choices=choices), "form.yaml", 1)
    with pytest.raises(FormMisfitError, match=r"dialect ascii: input student_no \(学号\): \d+ bytes over"):
        check_fit(form, *wire)


def test_a_form_may_fit_one_dialect_and_not_another(wire):
    messages, dialects = wire
    form = read_form({**SCHOOL_FORM, "title": "题" * 100, "instructions": "说" * 300}, "form.yaml", 1)
    fits = {dialect.name: _fits(form, messages, dialect) for dialect in dialects}
    assert fits == {"ascii": False, "bcd": True}
    with pytest.raises(FormMisfitError, match="dialect ascii: title and instructions are cut"):
        check_fit(form, *wire)


def _fits(form, messages, dialect):
    try:
        check_fit(form, messages, [dialect])
    except FormMisfitError:
        return False
    return True


@pytest.mark.parametrize(
    ("entry", "steps"),
    [
        ({"type": "TEXT"}, OF_NAMES),
        ({"type": "TEXT", "normalise": []}, ()),
        ({"type": "TEXT", "normalise": ["trim"]}, (Normalisation.TRIM,)),
        ({"type": "NUMERIC"}, ()),
    ],
)
def test_a_text_is_normalised_as_a_name_unless_the_form_says_otherwise(entry, steps):
    asked = {"key": "owner", "label": "业主", "prompt": "请输入", **entry}
    form = read_form({"title": "缴费", "inputs": [asked]}, "form.yaml", 1)
    assert form.inputs[0].normalise == steps
    assert form_from_document(form_to_document(form), 1) == form
