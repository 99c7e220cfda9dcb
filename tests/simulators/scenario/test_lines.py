import pytest
import yaml

from offline_collect_terminal.errors import ScenarioError
from offline_collect_terminal.scenario.lines import line_of, lines_of
from offline_collect_terminal.scenario.reader import load_scenario

TEXT = """scenario: x
steps:
  - send: echo
    expect:
      code: APPROVED
  - &again
    send: echo
    expect: {code: APPROVED}
  - *again
"""


def test_each_place_has_its_line():
    lines = lines_of(TEXT)
    assert (lines["scenario"], lines["steps"], lines["steps[0]"], lines["steps[1]"]) == (1, 2, 3, 6)
    assert (lines["steps[0].expect.code"], lines["steps[1].expect.code"]) == (5, 8)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("steps[0].expect.colour", 4),
        ("steps[0].with.bill", 3),
        ("steps[9].send", 2),
        ("nothing", None),
        ("", None),
    ],
)
def test_a_place_that_is_not_in_the_file_has_the_line_of_what_is_around_it(path, line):
    assert line_of(path, lines_of(TEXT)) == line


def test_what_aliases_repeat_is_not_walked_again():
    bomb = "a: &a [x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    assert len(lines_of(bomb)) < 200


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scenario: x\nsteps:\n  - send: ecko\n    expect: nothing\n", ":3: steps[0].send: must be one of"),
        ("scenario: x\nsteps:\n  - send: echo\n", ":3: steps[0].expect: missing"),
        ("scenario: x\nsteps: [\n", ":3: is not YAML: "),
        ("[]", ": must be a mapping"),
    ],
)
def test_an_error_says_file_and_line(text, said, tmp_path, templates):
    file = tmp_path / "bad.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file, templates)
    assert str(caught.value).startswith(f"{file}{said}")


def test_an_empty_text_has_no_lines():
    assert lines_of("") == {}
    with pytest.raises(yaml.YAMLError):
        lines_of("[")
