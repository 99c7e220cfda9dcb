"""How people write amounts of money."""

import pytest

from offline_collect.domain.imports.written_amounts import WrittenAmount, written_amount


@pytest.mark.parametrize(
    ("text", "digits", "sign"),
    [
        ("1560", "1560", ""),
        ("RMB 1560", "1560", "CNY"),
        ("rmb1,560.00", "1560.00", "CNY"),
        ("￥1,560.00元", "1560.00", ""),
        ("RMB ¥1560", "1560", "CNY"),
        ("CN¥1560", "1560", "CNY"),
        ("人民币1560元", "1560", "CNY"),
        ("人民币：1560.5元整", "1560.5", "CNY"),
        ("1560.00 CNY", "1560.00", "CNY"),
        ("RMB 1560 CNY", "1560", "CNY"),
        ("１５６０元", "1560", ""),
        ("1560圆整", "1560", ""),
        ("HK$1,180.00", "1180.00", "HK$"),
        ("hk$ 1180", "1180", "HK$"),
        ("$5", "5", "$"),
        ("€5.50", "5.50", "€"),
        ("USD 5", "5", "USD"),
        ("1,180.00 HKD", "1180.00", "HKD"),
        ("1180港元", "1180", "港元"),
    ],
)
def test_an_amount_is_read_as_it_is_usually_written(text, digits, sign):
    assert written_amount(text) == WrittenAmount(digits, negative=False, sign=sign)


@pytest.mark.parametrize("text", ["-5", "¥-5", "RMB -5", "-¥5", "-HK$5", "HK$-5"])
def test_a_minus_is_told(text):
    assert written_amount(text).negative


@pytest.mark.parametrize(
    "text",
    ["", "RMB", "15,60", "1560元/月", "约1560元", "XQ$5", "USD 5 HKD", "abc 5", "1560 560", "√", "5万元"],
)
def test_other_texts_are_no_amounts(text):
    assert written_amount(text) is None
