"""YAML that people write: plain data, and nothing is lost without an error."""

import pytest
import yaml

from offline_collect.app.config.yaml import SIZE_MAX, parse_yaml, read_yaml
from offline_collect.app.errors import YamlError
from tests.support.tree import ROOT


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: 1\nb: 2\na: 3", "f, line 3: the key a is there twice"),
        ("x: {a: 1, a: 2}", "f, line 1: the key a is there twice"),
        ("a: &x 1\nb: *x", r"f, line 2: aliases \(\*name\) are not taken; write it out"),
        ("a: !!python/object:os.system x", "f, line 1: tags"),
        ("a: !secret x", "f, line 1: tags"),
        ("a: [", "f, line 1: expected the node content"),
        ("a: 1\n\tb: 2", "f, line 2: found character"),
        (
            "b: 1\na: 2026-13-45",
            "f, line 2: has a number or date that does not exist; correct it, or quote it",
        ),
        ("- a\n- 2026-01-01 99:00:00", "f, line 2: has a number or date that does not exist"),
        ('a: "\\U00110000"', "f: has an escape"),
        ('a: "\\UFFFFFFFF"', "f: has an escape"),
        (b"a: \xff", "f: has bytes that are no text; save it as UTF-8"),
        (b"a: \x00", "f: has bytes that are no text; save it as UTF-8"),
        ("? [1]\n: 2", "f, line 1: a key must be a word or a number; quote it"),
        ("yes: 1", "f, line 1: a key must be a word or a number; quote it"),
        ("[" * 40, "f, line 1: nested more than 30 deep"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_line(text, reason):
    with pytest.raises(YamlError, match=f"^{reason}"):
        parse_yaml(text, "f")


def test_plain_yaml_is_read():
    assert parse_yaml('a: [1, {b: "学号"}]\n7: null', "f") == {"a": [1, {"b": "学号"}], 7: None}


def test_files_of_our_own_may_say_a_thing_once():
    text = "a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}"
    assert parse_yaml(text, "f", aliases=True) == {"a": {"p": 1, "q": 2}, "b": {"p": 1, "q": 3}}


OWN = [
    file for room in ("config", "samples", "schemas", "simulators") for file in (ROOT / room).rglob("*.yaml")
]


@pytest.mark.parametrize("file", OWN, ids=lambda file: file.name)
def test_every_file_of_ours_is_read_the_same_by_libyaml_and_by_pyyaml(file, monkeypatch):
    by_libyaml = read_yaml(file, aliases=True)
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert read_yaml(file, aliases=True) == by_libyaml


def test_no_error_quotes_what_the_file_holds():
    with pytest.raises(YamlError) as caught:
        parse_yaml("password: hunter2\npassword: hunter3", "f")
    assert "hunter" not in str(caught.value)


def test_a_file_that_is_too_large_is_refused(tmp_path):
    file = tmp_path / "large.yaml"
    file.write_text("#" * (SIZE_MAX + 1), encoding="utf-8")
    with pytest.raises(YamlError, match=f"large.yaml: is over {SIZE_MAX} bytes"):
        read_yaml(file)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(YamlError, match="cannot be read: is a directory"):
        read_yaml(tmp_path)
