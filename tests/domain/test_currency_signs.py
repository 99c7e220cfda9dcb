"""Signs of currencies."""

import pytest

from offline_collect.domain.currency_signs import known_sign, may_mean, signs_of


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("hk$", "HK$"),
        ("$", "$"),
        (" € ", "€"),
        ("hkd", "HKD"),
        ("rmb", "CNY"),
        ("人民币", "CNY"),
        ("港币", "港币"),
    ],
)
def test_a_sign_is_known_however_it_is_written(text, sign):
    assert known_sign(text) == sign


@pytest.mark.parametrize("text", ["", "XQ$", "ABC", "元"])
def test_other_texts_are_no_signs(text):
    assert known_sign(text) is None


@pytest.mark.parametrize(
    ("sign", "currency", "may"),
    [
        ("HK$", "344", True),
        ("HKD", "344", True),
        ("$", "344", True),
        ("$", "840", True),
        ("HK$", "840", False),
        ("$", "156", False),
        ("CNY", "156", True),
        ("RP", "156", False),
    ],
)
def test_a_sign_may_mean_some_currencies(sign, currency, may):
    assert may_mean(sign, currency) is may


def test_all_signs_of_a_currency_are_known():
    assert signs_of("344") == {"hkd", "$", "hk$", "港元", "港币"}
