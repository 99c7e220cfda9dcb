"""How people write amounts of money."""

import pytest

from offline_collect.domain.imports.written_amounts import WrittenAmount, written_amount


@pytest.mark.parametrize(
    ("text", "digits", "renminbi"),
    [
        ("1560", "1560", False),
        ("RMB 1560", "1560", True),
        ("rmb1,560.00", "1560.00", True),
        ("￥1,560.00元", "1560.00", False),
        ("人民币1560元", "1560", True),
        ("人民币：1560.5元整", "1560.5", True),
        ("1560.00 CNY", "1560.00", True),
        ("１５６０元", "1560", False),
        ("1560圆整", "1560", False),
    ],
)
def test_an_amount_is_read_as_it_is_usually_written(text, digits, renminbi):
    assert written_amount(text) == WrittenAmount(digits, negative=False, renminbi=renminbi)


@pytest.mark.parametrize("text", ["-5", "¥-5", "RMB -5", "-¥5"])
def test_a_minus_is_told(text):
    assert written_amount(text).negative


@pytest.mark.parametrize(
    "text", ["", "RMB", "15,60", "1560元/月", "约1560元", "USD 5", "1560 560", "√", "5万元"]
)
def test_other_texts_are_no_amounts(text):
    assert written_amount(text) is None
