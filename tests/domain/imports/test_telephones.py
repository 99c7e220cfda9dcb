"""Which of several telephone numbers is the mobile, and the form in which it is stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.imports.telephones import only_mobile, usual_mobile
from offline_collect.domain.notices.addresses import AddressKind, address_of


@pytest.mark.parametrize(
    "text",
    [
        "13900000000 / 0571-88000000",
        "88000000，13900000000",
        "(0571)88000000;13900000000",
        "13900000000、6800000",
    ],
)
def test_the_mobile_beside_landlines(text):
    assert only_mobile(text) == "13900000000"


@pytest.mark.parametrize(
    "text", ["13900000000", "13900000000/13900000001", "0571-88000000/88000001", "13900000000/王", ""]
)
def test_nothing_is_taken_of_another_text(text):
    assert only_mobile(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "13800001234",
        "138 0000 1234",
        "138-0000-1234",
        "+86 13800001234",
        "+86-138-0000-1234",
        "008613800001234",
        "8613800001234",
    ],
)
def test_a_chinese_mobile_is_stored_in_one_form_however_it_is_written(text):
    assert usual_mobile(text) == "13800001234"


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("+852 9123 4567", "+85291234567"),
        ("+1 860-138-0000", "+18601380000"),
        ("0571-8800 0000", "057188000000"),
        ("8612345678", "8612345678"),
        ("王小明", "王小明"),
        ("+86 138 0000 1234 / 王", "+86 138 0000 1234 / 王"),
        ("", ""),
    ],
)
def test_another_number_keeps_its_code_and_another_text_all_that_it_has(text, usual):
    assert usual_mobile(text) == usual


@given(st.text("0123456789", min_size=6, max_size=15), st.data())
def test_all_ways_to_write_a_number_give_one_form_and_no_two_numbers_do(digits, data):
    gaps = data.draw(st.lists(st.sampled_from(["", " ", "-"]), min_size=len(digits), max_size=len(digits)))
    written = "".join(digit + gap for digit, gap in zip(digits, gaps, strict=True))
    usual = usual_mobile(written)
    assert usual == usual_mobile(digits) == usual_mobile(usual)
    assert digits in {usual, f"86{usual}", f"0086{usual}"}
    assert address_of(AddressKind.MOBILE, usual) == address_of(AddressKind.MOBILE, written)
