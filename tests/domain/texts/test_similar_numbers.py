"""Numbers that differ only in leading zeros."""

import pytest

from offline_collect.domain.texts.similar_numbers import PADDED_MAX, same_but_zeros

LONG = "7" * (PADDED_MAX + 4)


@pytest.mark.parametrize(
    ("number", "others"),
    [
        ("42", {"042", "00000042", "42".zfill(PADDED_MAX)}),
        ("00000042", {"42", "042", "42".zfill(PADDED_MAX)}),
        ("000", {"0", "00", "0000"}),
        ("0" + LONG, {LONG}),
    ],
)
def test_numbers_that_differ_only_in_zeros(number, others):
    found = same_but_zeros(number)
    assert others <= set(found)
    assert number not in found
    assert {int(each) for each in found} == {int(number)}
    assert len(found) <= PADDED_MAX


@pytest.mark.parametrize("number", ["C42", "4-2", "", "４２", LONG])
def test_what_is_no_number_or_has_no_room_has_none(number):
    assert same_but_zeros(number) == ()
