from decimal import Decimal

import iso4217
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.currencies import CURRENCIES, CURRENCY_CODES
from offline_collect.domain.errors import AmountError
from offline_collect.domain.money import billionths, exact_minor, format_major, parse_major, times_rate

CNY, JPY = "156", "392"


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("123.45", 12345),
        ("1,234.50", 123450),
        ("1,234,567", 123456700),
        ("１２３４.５０", 123450),
        ("￥1,234.50", 123450),
        ("¥5", 500),
        (" 10.00 ", 1000),
        ("0.1", 10),
        ("-5", -500),
        ("0", 0),
    ],
)
def test_amounts_are_read_as_people_write_them(text, minor):
    assert parse_major(text) == minor


@pytest.mark.parametrize(
    "text", ["", "abc", "1,23", "1,2345", ",5", "1.", ".5", "1e5", "+5", "--5", "5¥", "1 000", "NaN", "٣"]
)
def test_what_could_be_misread_is_no_amount(text):
    with pytest.raises(AmountError, match=r"is not an amount: write it like 1234\.50"):
        parse_major(text)


def test_an_amount_has_no_more_decimals_than_its_currency():
    assert parse_major("1234", JPY) == 1234
    with pytest.raises(AmountError, match=r"12\.345 has more than the 2 decimals of CNY"):
        parse_major("12.345", CNY)
    with pytest.raises(AmountError, match="0 decimals of JPY"):
        parse_major("12.3", JPY)


def test_trailing_zeros_are_no_decimals():
    assert exact_minor("1.50000000000000000000000000") == 150


@pytest.mark.parametrize("number", ["NaN", "Infinity", Decimal("-Infinity"), "", "abc", "1E17"])
def test_only_a_finite_number_is_an_amount(number):
    with pytest.raises(AmountError, match="is not an amount"):
        exact_minor(number)


def test_a_float_s_dust_and_endless_digits_are_refused():
    with pytest.raises(AmountError, match="decimals"):
        exact_minor(repr(0.1 + 0.2))
    with pytest.raises(AmountError, match="or 18 digits"):
        exact_minor("9" * 30)


@given(st.integers(-(10**16) + 1, 10**16 - 1), st.sampled_from(sorted(CURRENCIES)))
def test_what_is_written_is_read_again(minor, currency):
    assert parse_major(format_major(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(12345, CNY, "123.45"), (5, CNY, "0.05"), (-5, CNY, "-0.05"), (-12345, CNY, "-123.45"), (7, JPY, "7")],
)
def test_minor_units_are_shown_as_major_ones(minor, currency, text):
    assert format_major(minor, currency) == text


def test_currencies_are_found_by_number_and_by_code():
    assert CURRENCIES["156"] is CURRENCY_CODES["CNY"]
    assert len(CURRENCIES) == len(CURRENCY_CODES)


def test_currencies_are_those_of_iso_4217():
    listed = {(each.code.upper(), f"{each.number:03d}", each.exponent) for each in iso4217.Currency}
    ours = {(each.code, each.number, each.decimals) for each in CURRENCIES.values()}
    assert ours == {each for each in listed if each[2] is not None}


def test_a_rate_is_kept_in_billionths_rounded_half_up():
    assert billionths("0.0005") == 500_000
    assert billionths("0.0000000005") == 1
    assert billionths(Decimal("0.0000000004")) == 0


@pytest.mark.parametrize(("base", "expected"), [(999, 0), (1_000, 1), (2_999, 1), (3_000, 2), (0, 0)])
def test_a_part_is_rounded_half_up_to_the_minor_unit(base, expected):
    assert times_rate(base, billionths("0.0005")) == expected
