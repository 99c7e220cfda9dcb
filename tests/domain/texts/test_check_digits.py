"""Check digits: published examples, each kind of typing error that they must find, and another library's results."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric
from stdnum.iso7064 import mod_11_2

from offline_collect.domain.texts.check_digits import CheckDigit

DIGITS = st.text("0123456789", min_size=1, max_size=40)
IDENTITY_CARD = "11010519491231002X"
"""GB 11643's own example, in appendix A."""


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (CheckDigit.LUHN, "79927398713"),
        (CheckDigit.LUHN, "00"),
        (CheckDigit.MOD11, IDENTITY_CARD),
        (CheckDigit.MOD11, "440524188001010014"),
        (CheckDigit.MOD11, "0000000121032683"),
    ],
)
def test_what_standards_give_as_examples(check, text):
    assert check.fits(text)


@given(DIGITS)
def test_luhn_is_what_others_take_it_for(digits):
    assert CheckDigit.LUHN.fits(digits) == luhn.is_valid(digits)
    assert CheckDigit.LUHN.fits(digits + luhn.calc_check_digit(digits))


@given(DIGITS, st.sampled_from("0123456789X"))
def test_mod_11_2_is_what_others_take_it_for(digits, last):
    assert CheckDigit.MOD11.fits(digits + last) == mod_11_2.is_valid(digits + last)
    assert CheckDigit.MOD11.fits(digits + mod_11_2.calc_check_digit(digits))


@given(st.text("0123456789", min_size=17, max_size=17))
def test_the_check_digit_of_a_chinese_identity_card_is_mod11(digits):
    assert CheckDigit.MOD11.fits(digits + ric.calc_check_digit(digits + "0"))


@given(DIGITS, st.data())
def test_one_wrong_digit_is_always_found(digits, data):
    whole = digits + luhn.calc_check_digit(digits)
    at = data.draw(st.integers(0, len(whole) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != whole[at]]))
    assert not CheckDigit.LUHN.fits(whole[:at] + wrong + whole[at + 1 :])


@given(DIGITS, st.data())
def test_two_digits_in_the_wrong_order_are_always_found_by_mod_11_2(digits, data):
    whole = digits + mod_11_2.calc_check_digit(digits)
    at = data.draw(st.integers(0, len(whole) - 2))
    swapped = whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :]
    assert CheckDigit.MOD11.fits(swapped) == (whole == swapped)


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (CheckDigit.LUHN, ""),
        (CheckDigit.LUHN, "7992-7398713"),
        (CheckDigit.LUHN, "７９９２７３９８７１３"),
        (CheckDigit.LUHN, "٠٠"),
        (CheckDigit.MOD11, ""),
        (CheckDigit.MOD11, "X"),
        (CheckDigit.MOD11, IDENTITY_CARD.lower()),
        (CheckDigit.MOD11, "1101051949X231002X"),
        (CheckDigit.MOD11, IDENTITY_CARD + "A"),
        (CheckDigit.MOD11, "1101051949123100２X"),
    ],
)
def test_what_is_no_number_of_the_kind_does_not_fit(check, text):
    assert not check.fits(text)
