"""Codes with dots for any digit."""

import pytest

from offline_collect.wire.dialects.patterns import filled, meaning_of, overlap

CODES = {"500000": "plain", "51....": "account", "00......301": "echo"}


@pytest.mark.parametrize(
    ("value", "meaning"),
    [("500000", "plain"), ("511020", "account"), ("00000001301", "echo"), ("501020", None), ("51", None)],
)
def test_a_value_means_what_the_code_that_it_is_like_means(value, meaning):
    assert meaning_of(CODES, value) == meaning


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [("50....", "5010..", True), ("50....", "51....", False), ("5.", "5..", False), ("11", "11", True)],
)
def test_two_codes_overlap_where_a_value_is_like_both(one, other, both):
    assert overlap(one, other) is both


def test_what_is_sent_has_zeros_for_any_digits():
    assert filled("00......301") == "00000000301"
