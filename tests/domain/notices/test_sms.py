"""The parts of an SMS."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.errors import AmountError
from offline_collect.domain.notices.sms import (
    SmsEncoding,
    SmsParts,
    international_number,
    national_number,
    sms_number,
    sms_parts,
    sms_price,
)

GSM, UCS = SmsEncoding.GSM_7_BIT, SmsEncoding.UCS_2


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", GSM, 0, 1),
        ("a" * 160, GSM, 160, 1),
        ("a" * 161, GSM, 161, 2),
        ("a" * 306, GSM, 306, 2),
        ("a" * 307, GSM, 307, 3),
        ("€" * 80, GSM, 160, 1),
        # An escaped character is not cut in two: each part of 153 takes 76 of them.
        ("€" * 153, GSM, 306, 3),
        ("缴" * 70, UCS, 70, 1),
        ("缴" * 71, UCS, 71, 2),
        ("缴" * 134, UCS, 134, 2),
        ("缴" * 135, UCS, 135, 3),
        ("😀" * 35, UCS, 70, 1),
        ("😀" * 67, UCS, 134, 3),
        ("a" * 69 + "【", UCS, 70, 1),
    ],
)
def test_a_text_has_its_parts(text, encoding, units, parts):
    assert sms_parts(text) == SmsParts(encoding, units, parts)


def test_a_part_may_cost_less_than_a_minor_unit():
    assert str(sms_price("0.045") * 3) == "0.135"
    assert sms_price("1") == 1


@pytest.mark.parametrize("text", ["", "-1", "0,05", "1.", "0.00001", "12345", "0.05 "])
def test_a_price_that_is_none_is_refused(text):
    with pytest.raises(AmountError, match=r"is no price of a part: write it like 0\.045"):
        sms_price(text)


@given(st.text(max_size=400))
def test_units_are_those_of_utf_16_and_fit_into_the_parts(text):
    found = sms_parts("【" + text)
    assert found.units == len(("【" + text).encode("utf-16-le", "surrogatepass")) // 2
    assert found.parts == 1 or 66 * (found.parts - 1) < found.units <= 67 * found.parts


@pytest.mark.parametrize(
    ("mobile", "number"),
    [
        ("13800138000", "13800138000"),
        ("+86 138-0013 8000", "13800138000"),
        ("00852 9123 4567", "+85291234567"),
        ("12345", "12345"),
        ("1234", None),
        ("138\r\nX-Kannel-To: 1", None),
        ("１３８００１３８０００", "13800138000"),
        ("86+13800138000", None),
    ],
)
def test_a_number_is_as_gateways_take_it(mobile, number):
    assert sms_number(mobile) == number


def test_a_chinese_mobile_is_one_for_a_bank_of_another_country_too():
    assert international_number("13800138000", "852") == "+8613800138000"
    assert international_number("91234567", "852") == "+85291234567"


@pytest.mark.parametrize(
    ("number", "international", "national"),
    [
        ("13800138000", "+8613800138000", "13800138000"),
        ("+8613800138000", "+8613800138000", "13800138000"),
        ("+85291234567", "+85291234567", "+85291234567"),
    ],
)
def test_a_number_is_written_with_and_without_its_calling_code(number, international, national):
    assert international_number(number, "86") == international
    assert national_number(number, "86") == national
