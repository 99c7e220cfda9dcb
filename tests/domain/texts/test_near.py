"""A mistyped name finds the known one that it is near to."""

import pytest

from offline_collect.domain.texts.near import did_you_mean, nearest


@pytest.mark.parametrize(
    ("typed", "found"),
    [("SCHOOL1", "SCHOOL01"), ("school01", "SCHOOL01"), ("WATER01", "WATER001"), ("x", None), ("", None)],
)
def test_the_nearest_name_is_found_in_any_case(typed, found):
    assert nearest(typed, ["SCHOOL01", "WATER001"]) == found


def test_a_number_with_other_zeros_is_nearest():
    assert nearest("42", ["41", "43", "00000042"]) == "00000042"
    assert nearest("0042", ["0041", "42"]) == "42"


def test_a_question_follows_a_sentence():
    assert did_you_mean("SCHOOL1", ["SCHOOL01"]) == "; did you mean SCHOOL01?"
    assert did_you_mean("x", ["SCHOOL01"]) == ""
