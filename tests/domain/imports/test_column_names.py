"""Columns that a mapping names by their letters, or from one to another."""

import pytest

from offline_collect.domain.imports.column_names import lettered_column, range_ends


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("A", 0),
        ("d", 3),
        ("Z", 25),
        ("AA", 26),
        ("iv", 255),
        ("IW", None),
        ("AAA", None),
        ("A1", None),
        ("", None),
    ],
)
def test_letters_are_those_of_a_spreadsheet(text, place):
    assert lettered_column(text) == place


@pytest.mark.parametrize("text", ["1月…12月", "1月...12月", "1月……12月", " 1月 … 12月 ", "1月......12月"])
def test_a_range_names_its_first_and_last_column(text):
    assert range_ends(text) == ("1月", "12月")


def test_the_name_of_one_column_is_no_range():
    assert range_ends("2030-10") is None
