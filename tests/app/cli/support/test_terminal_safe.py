"""What is printed of other people's texts shows where nobody would see a character."""

import pytest

from offline_collect.app.cli.support.terminal_safe import visible


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("王小明\tL*\n餐费", "王小明\tL*\n餐费"),
        ("\x1b[2J餐", "\\x1b[2J餐"),
        ("明\u202e小", "明\\u202e小"),
        ("水\u200d费\ue000", "水\\u200d费\\ue000"),
        ("a\r\x85", "a\\r\\x85"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_nobody_sees_is_escaped(text, printed):
    assert visible(text) == printed
