"""Contents that are cut in one go."""

import pytest

from offline_collect.wire.errors import DecodeError
from offline_collect.wire.layouts.kinds import fixed_plan
from tests.wire.layouts.partner_layouts import compiled, partner

COUNTED = {"fixed": [{"count": "n1"}, {"times": "count", "most": 2, "name": "rows", "rows": [{"a": "n2"}]}]}


@pytest.mark.parametrize(
    ("content", "values"),
    [
        ("0", {"count": "0"}),
        ("112", {"count": "1", "rows[0].a": "12"}),
        ("21234", {"count": "2", "rows[0].a": "12", "rows[1].a": "34"}),
        ("", None),
        ("3123456", None),
        ("212", None),
        ("1123", None),
        ("1x2", None),
    ],
)
def test_the_length_of_a_content_says_how_many_records_it_has(content, values):
    cut = compiled(COUNTED).cut(content)
    assert (None if cut is None else dict(zip(*cut, strict=True))) == values


def test_characters_are_printable_ascii():
    layout = compiled({"fixed": [{"a": "ans2"}]})
    assert layout.cut("a ") == (("a",), ["a"])
    assert [layout.cut(content) for content in ("a\x00", "\xe9a")] == [None, None]


def test_a_constant_and_a_packed_value_are_checked():
    layout = compiled(
        {"fixed": [{"eye": {"is": "ans1", "must": "&"}}, {"b": {"is": "n3", "encoding": "bcd"}}]}
    )
    assert layout.cut("&\x01\x23") == (("eye", "b"), ["&", "123"])
    assert [layout.cut(content) for content in ("+\x01\x23", "&\x11\x23")] == [None, None]


def test_no_more_lengths_are_remembered_than_a_bound(monkeypatch):
    monkeypatch.setattr(fixed_plan, "KEPT_MAX", 2)
    layout = compiled(COUNTED)
    assert [layout.cut(content) is None for content in ("0", "112", "21234", "0")] == [False] * 4
    assert len(layout._body._plans._plans) == 2


def test_a_content_that_is_too_long_is_not_cut(monkeypatch):
    monkeypatch.setattr("offline_collect.wire.layouts.layout.CONTENT_MAX", 2)
    assert compiled(COUNTED).cut("112") is None


@pytest.mark.parametrize("name", ["tokens", "chip", "columns", "statement", "postilion", "lounge"])
def test_what_is_no_content_is_not_cut(name):
    layout = partner(name)
    with pytest.raises(DecodeError):
        layout.read(b"\xff")
    assert layout.cut("\xff") is None
