"""Arguments that no command can work with."""

import pytest


@pytest.mark.parametrize(
    "command",
    [["imports", "show", 10**30], ["imports", "undo", 2**63], ["form", "show", "X", "--version", 2**31]],
)
def test_numbers_that_no_store_holds_are_wrong_usage(refused, command):
    assert "less than or equal to" in refused(*command, code=2)


def test_an_argument_that_is_no_utf_8_is_wrong_usage(refused):
    assert "is not UTF-8: set the terminal to it" in refused("merchant", "show", "\udce9", code=2)
