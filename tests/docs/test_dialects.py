"""docs/dialects.md, the grammar that editors use, and the compiler know the same words."""

import dataclasses
import json
import re

import pytest

from offline_collect.app.config.dialect_grammar import check_grammar
from offline_collect.app.config.schemas import Schemas
from offline_collect.domain import commands
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.errors import SchemaError
from offline_collect.wire.messages.message_set.answer_values import RECORD_VALUES, VALUES
from offline_collect.wire.messages.message_set.checks import SENDER, TRANSACTION
from offline_collect.wire.messages.message_set.file import COMMANDS
from offline_collect.wire.messages.requests.conversions import MANY, ONE
from tests.support.tree import ROOT

GRAMMAR = json.loads((ROOT / "schemas/dialect.schema.json").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs/dialects.md").read_text(encoding="utf-8")
BY_NAME = {"response_codes", "network_codes", "reversal_reasons", "codes"}
"""Tables whose words are names of the platform's own; the page has them as one row each."""
WHOLE = {
    "name": "x",
    "frame": {"length": "ascii4"},
    "elements": {41: "ans8", 11: "n6", 90: "n42", 2: "n..19"},
}
ROW = {"name": "a", "bytes": 1}


def words(node, path=""):
    """The words of the grammar that are not older ones, as the page writes them."""
    for branch in node.get("anyOf", [node]):
        for key, child in branch.get("properties", {}).items():
            if child.get("deprecated") or (key == "text" and path.startswith("frame")):
                continue
            deeper = list(words(child, f"{path}{key}."))
            if not deeper or key in BY_NAME or child.get("items", {}).get("properties"):
                yield f"{path}{key}"
            if key not in BY_NAME:
                yield from deeper
        if branch.get("items", {}).get("properties"):
            yield from words(branch["items"], f"{path[:-1]}[].")
        if path == "elements." and isinstance(branch.get("additionalProperties"), dict):
            yield "elements"
            yield from words(branch["additionalProperties"], "elements[].")


def test_the_page_lists_every_word_of_the_grammar():
    rows = re.findall(
        r"^\| `([a-z_.\[\]]+)` \|", PAGE.partition("## Words")[2].partition("\n## ")[0], re.MULTILINE
    )
    assert sorted(rows) == sorted(words(GRAMMAR))


def at(path, extra):
    """A dialect that has something more in one of its sections."""
    values = json.loads(json.dumps(WHOLE))
    values["elements"] = {int(key): value for key, value in values["elements"].items()}
    sections = {
        "": values | extra,
        "frame": values | {"frame": values["frame"] | extra},
        "frame.header[0]": values | {"frame": values["frame"] | {"header": [ROW | extra]}},
        "elements.41": values | {"elements": values["elements"] | {41: {"is": "ans8"} | extra}},
        "original": values | {"original": {"same": [11, 32, 41, 7]} | extra},
        "products": values | {"products": {"in": 2} | extra},
    }
    return sections.get(path, values | {path: extra})


def known(path):
    """The words that the compiler says it knows in a section."""
    with pytest.raises(SchemaError) as caught:
        compile_dialect(at(path, {"?": 1}), "x.yaml")
    return set(caught.value.reason.removeprefix("unknown key; known here: ").split(", "))


def properties(node, *way):
    for step in way:
        node = node[step]
    return {key for key, child in node["properties"].items() if not child.get("deprecated")}


SECTIONS = ["", "frame", "encoding", "sent", "amounts", "response_codes", "network_codes", "reversal_reasons"]


@pytest.mark.parametrize("path", SECTIONS)
def test_grammar_and_compiler_know_the_same_words(path):
    node = GRAMMAR["properties"][path] if path else GRAMMAR
    assert known(path) | ({"like"} if not path else set()) == properties(node)


def test_they_know_the_same_words_of_rows_and_elements():
    frame, elements = GRAMMAR["properties"]["frame"], GRAMMAR["properties"]["elements"]
    assert known("frame.header[0]") == properties(frame, "properties", "header", "items")
    assert known("elements.41") == properties(elements, "anyOf", 0, "additionalProperties", "anyOf", 1)
    assert known("original") == properties(GRAMMAR, "properties", "original") - {"in", "fixed"}


CHOICES = [
    ("frame", "length"),
    ("encoding", "mti"),
    ("encoding", "bitmap"),
    ("encoding", "prefix"),
    ("encoding", "binary"),
    ("sent", "zone"),
    ("sent", "as"),
    ("", "bitmaps"),
]


@pytest.mark.parametrize(("path", "word"), CHOICES)
def test_they_give_the_same_choice(path, word):
    with pytest.raises(SchemaError) as caught:
        compile_dialect(at(path, {word: "?"}), "x.yaml")
    node = GRAMMAR["properties"][path] if path else GRAMMAR
    allowed = [choice for choice in node["properties"][word]["enum"] if choice is not None]
    assert caught.value.reason == f"must be one of {', '.join(allowed)}"


@pytest.mark.parametrize("name", Schemas().dialect_names())
def test_the_shipped_dialects_are_of_the_grammar(name):
    values, file = Schemas().read(f"dialects/{name}")
    assert check_grammar(values, file) is None


@pytest.mark.parametrize("name", ["ascii", "bcd"])
def test_so_are_files_in_older_words(name):
    older = ROOT / "tests/wire/dialects/older"
    values, file = Schemas(str(older.parent)).read(f"older/{name}")
    assert check_grammar(values, file) is None


@pytest.mark.parametrize(
    ("path", "extra", "place"),
    [
        ("", {"colour": 1}, "x.yaml: Additional properties"),
        ("frame", {"length": "ascii5"}, "x.yaml: frame.length: 'ascii5' is not one of"),
        ("elements", {4: "q12"}, "x.yaml: elements.4: 'q12'"),
        ("elements", {129: "n6"}, "x.yaml: elements: "),
    ],
)
def test_what_is_not_of_the_grammar_is_refused_with_its_place(path, extra, place):
    with pytest.raises(SchemaError) as caught:
        check_grammar(at(path, extra), "x.yaml")
    assert str(caught.value).startswith(place)


def _needed(command):
    """The fields of a command that an entry must give."""
    filled = SENDER | TRANSACTION
    return {
        field.name
        for field in dataclasses.fields(command)
        if field.name not in filled and field.default is dataclasses.MISSING
    }


def _cells(heading):
    """The rows of the table under a heading, as sets of the words in backquotes."""
    table = PAGE.partition(heading)[2].partition("\n\n")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("| `")]
    return [[re.findall(r"`(\w+)`", cell) for cell in row] for row in rows]


def test_the_fields_that_each_command_needs_are_there():
    told = {row[0][0]: set(row[1]) for row in _cells("| command | needs | may have |")}
    # An advice needs what a payment needs.
    assert told.pop("PaymentAdvice") == set()
    assert told == {name: _needed(command) for name, command in COMMANDS.items() if name != "PaymentAdvice"}


def test_the_values_of_each_answer_are_there():
    rows = _cells("| command | values of the answer | of a record |")
    told = {name: (set(row[1]), set(row[2])) for row in rows for name in row[0]}
    totals, _ = told.pop("Totals")
    assert {
        *totals - {"_minor"},
        *(f"{name}_minor" for name in totals if name.startswith(("credit", "debit"))),
    } == VALUES[commands.Totals]
    assert told == {
        name: (set(VALUES[command]), set(RECORD_VALUES.get(command, ())))
        for name, command in COMMANDS.items()
        if name != "Totals"
    }


def test_the_conversions_are_there():
    assert {name for row in _cells("| conversion | of |") for name in row[0]} == {*ONE, *MANY}
