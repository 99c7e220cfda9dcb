"""What titles of amounts say of their unit, and rows above a table."""

import pytest

from offline_collect.domain.imports.units import stated_unit, unit_above, unknown_words

HARMLESS = frozenset({"元", "¥", "应缴"})


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("金额(万元)", "万元"),
        ("金额（分）", "分"),
        ("金 额 [ 千元 ]", "千元"),
        ("应缴（单位：百元）", "单位:百元"),
        ("金额（人民币万元）", "人民币万元"),
        ("金额（元）（万元）", "万元"),
        ("金额（US$）", "us$"),
        ("金额/美元", "美元"),
        ("金额USD", "usd"),
        ("金额万元", "万元"),
        ("水费万", "万"),
        ("金额-角", "角"),
        ("金额（退）", "退"),
        ("金额（已缴）", "已缴"),
        ("Amount (paid)", "paid"),
    ],
)
def test_a_title_says_that_its_numbers_are_no_amounts_to_be_paid(title, unit):
    assert stated_unit(title, "156") == unit


@pytest.mark.parametrize(
    "title",
    [
        "金额",
        "金额（元）",
        "金额(¥)",
        "金额/元",
        "学分费",
        "千禧小区物业费",
        "分摊费",
        "百货费（本期）",
        "Amount (unpaid)",
    ],
)
def test_a_title_without_another_unit_says_none(title):
    assert stated_unit(title, "156") is None


def test_another_currency_may_be_the_merchants_own_but_not_a_multiple_of_it():
    assert stated_unit("金额（美元）", "840") is None
    assert stated_unit("金额（万美元）", "840") == "万美元"
    assert stated_unit("金额（万元）", "840") == "万元"
    assert unit_above(["单位：美元"], "840") is None


def test_only_known_words_in_brackets_and_months_make_no_difference():
    for title in ("金额", "金额（元）", "金额（￥）", "金额（应缴）", "金额（12月）", "金额（）"):
        assert unknown_words(title, HARMLESS) is None
    assert unknown_words("应缴（元）（每月）", HARMLESS) == "每月"


@pytest.mark.parametrize(
    ("cells", "unit"),
    [
        (["单位：万元"], "万元"),
        (["", "单位", "千元", ""], "千元"),
        (["某校收费表（金额单位：人民币万元）"], "人民币万元"),
        (["日期：2026-12-01", "单位: 分"], "分"),
        (["单位：美元"], "美元"),
        (["单位：元"], None),
        (["单位：万家物业"], None),
        (["单位：分公司"], None),
        (["收费单位：阳光小学"], None),
        (["万元"], None),
    ],
)
def test_a_row_above_a_table_may_state_the_unit_of_its_amounts(cells, unit):
    assert unit_above(cells, "156") == unit
