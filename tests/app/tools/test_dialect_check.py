"""Every problem of a dialect file is reported at once."""

from pathlib import Path

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.app.tools.dialect_check import (
    DialectProblemsError,
    find_problems,
    not_carried,
    read_dialect,
    why_no_link,
)
from tests.support.tree import ROOT

WRONG = """
name: other
like: iso87
frame: {length: ascii5, length_max: x, header: [{name: a, bytes: 0}, {bytes: 2}]}
elements: {4: q12, 11: n5, 60: null, 200: n4}
encoding: {mti: foo, colour: 1}
response_codes: {APPROVED: "61", TOO_LATE: 68}
identity: [11, 60]
colour: 1
"""


def problems(text, tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DialectProblemsError) as caught:
        read_dialect(Schemas(), file)
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{file}: ") for line in lines)
    return [line.removeprefix(f"{file}: ") for line in lines]


def test_every_problem_has_its_path_and_its_reason(tmp_path):
    found = problems(WRONG, tmp_path)
    assert [line.split(": ")[0] for line in found] == [
        "encoding.mti",
        "encoding.colour",
        "frame.length",
        "frame.header[1].name",
        "frame.length_max",
        "elements.200",
        "elements.4",
        "elements.11",
        "response_codes.TOO_LATE",
        "response_codes.OVER_LIMIT",
        "identity[1]",
        "colour",
        "frame.header[0].bytes",
        "name",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", ["must be a mapping, not a list"]),
        ("like: ascii\n", ["'name' is a required property", "name: is ascii, but"]),
        ("name: own\n", ["frame: missing"]),
        ("name: own\nframe: 5\n", ["frame: must be a mapping, not a number"]),
        ("name: own\nframe: {length_max: 5}\n", ["frame.length: missing"]),
        ("name: own\nlike: none\n", ["like: no dialect none"]),
        ("name: own\nlike: iso87\nelements: [1]\n", ["elements[0]: must be a mapping"]),
        (
            "name: own\nlike: iso87\nelements: {65: n1}\n",
            ["elements.65: element 65 announces a third bitmap"],
        ),
        ("name: own\nlike: iso87\nelements: 5\n", ["elements: must be a mapping"]),
    ],
)
def test_what_is_no_dialect_at_all_is_told_once(tmp_path, text, said):
    found = problems(text, tmp_path)
    assert len(found) == len(said)
    for line, part in zip(found, said, strict=True):
        assert line.startswith(part)


def test_a_problem_of_a_file_that_it_is_like_names_that_file(tmp_path):
    folder = tmp_path / "dialects"
    folder.mkdir()
    (folder / "base.yaml").write_text("name: base\nlike: iso87\nelements: {4: n5}\n", encoding="utf-8")
    found = find_problems(Schemas(str(tmp_path)), {"name": "own", "like": "base"}, "own.yaml")
    assert [str(each) for each in found] == [
        f"{folder / 'base.yaml'}: elements.4: element 4 must be n12, not n5"
    ]


def test_shipped_dialects_have_none_and_are_named_as_their_files():
    for name in Schemas().dialect_names():
        file = ROOT / "schemas/dialects" / f"{name}.yaml"
        assert read_dialect(Schemas(), file).name == name


def test_a_dialect_that_lacks_what_messages_need_says_so(tmp_path):
    file = Path(tmp_path / "own.yaml")
    file.write_text("name: own\nlike: ascii\nelements: {49: null}\n", encoding="utf-8")
    lean = read_dialect(Schemas(), file)
    assert why_no_link(Schemas(), lean) is None
    assert not_carried(Schemas(), lean) == ("payment", "payment-advice")
    assert not_carried(Schemas(), Schemas().dialect("ascii")) == ()


def test_a_dialect_that_no_answer_can_be_written_in_says_so(tmp_path):
    file = Path(tmp_path / "own.yaml")
    file.write_text("name: own\nlike: ascii\nelements: {15: null}\n", encoding="utf-8")
    assert "dialect own has no element 15" in why_no_link(Schemas(), read_dialect(Schemas(), file))


def test_a_problem_of_a_message_hides_nothing_and_makes_no_others(tmp_path):
    schemas = Schemas()
    values, file = schemas.read("dialects/ppob-postpaid")
    payment = next(entry for entry in values["messages"] if entry["name"] == "payment")
    del payment["fields"]["local_date"], payment["fields"]["teller"]
    index = values["messages"].index(payment)
    told = [str(problem) for problem in find_problems(schemas, values, file)]
    assert told == [f"{file}: messages[{index}].fields: Payment needs local_date, teller"]
