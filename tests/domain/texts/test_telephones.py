"""Which of several telephone numbers is the mobile, and the form in which it is stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.notices.addresses import AddressKind, address_of
from offline_collect.domain.texts.telephones import mobile_part, only_mobile, usual_mobile


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
        ("00852 9123 4567", "+85291234567"),
        ("+1 380-000-1234", "+13800001234"),
        ("-", "-"),
        (" ( ) ", " ( ) "),
        ("0571-8800 0000", "057188000000"),
        ("8612345678", "8612345678"),
        ("王小明", "王小明"),
        ("+86 138 0000 1234 / 王", "+86 138 0000 1234 / 王"),
        ("", ""),
    ],
)
def test_another_number_keeps_its_code_and_another_text_all_that_it_has(text, usual):
    assert usual_mobile(text) == usual


@given(st.text("0123456789", min_size=6, max_size=15), st.sampled_from(["", "+", "00"]), st.data())
def test_all_ways_to_write_a_number_give_one_form_and_no_two_numbers_do(digits, abroad, data):
    gaps = data.draw(st.lists(st.sampled_from(["", " ", "-"]), min_size=len(digits), max_size=len(digits)))
    gapped = "".join(digit + gap for digit, gap in zip(digits, gaps, strict=True))
    written, usual = f"{abroad}{gapped}", usual_mobile(f"{abroad}{gapped}")
    assert usual == usual_mobile(f"{abroad}{digits}") == usual_mobile(usual)
    assert usual.lstrip("+0") in {digits.lstrip("0"), digits.lstrip("0").removeprefix("86")}
    assert address_of(AddressKind.MOBILE, usual) == address_of(AddressKind.MOBILE, written)


@given(st.from_regex(r"1[0-9]{10}", fullmatch=True))
def test_a_number_of_another_country_is_no_chinese_one_with_the_same_digits(digits):
    assert address_of(AddressKind.MOBILE, f"+{digits}") != address_of(AddressKind.MOBILE, digits)


@pytest.mark.parametrize(
    ("part", "looked_for"),
    [
        ("138-00", "13800"),
        ("+86 138", "138"),
        ("0086 138", "138"),
        ("+8613800001234", "13800001234"),
        ("+86", "+86"),
        ("王", "王"),
    ],
)
def test_a_part_of_a_number_is_looked_for_as_numbers_are_stored(part, looked_for):
    assert mobile_part(part) == looked_for
