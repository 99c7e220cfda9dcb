"""Which rows are no bills, and which sums fit."""

import pytest

from offline_collect.domain.imports.left_out import (
    RowClass,
    RowTexts,
    Sums,
    is_group_total,
    is_nothing,
    row_class,
)

TITLES = ("序号", "单号", "户号", "金额", "截止日")
HEADINGS = frozenset({0, 1, 2})


def row(*texts, amount_at=3):
    return RowTexts(
        texts, TITLES, None if amount_at is None else texts[amount_at], texts[1], [texts[2]], HEADINGS
    )


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        (("", "合计", "", "300", ""), RowClass.TOTAL),
        (("本页小计", "", "", "", ""), RowClass.TOTAL),
        (("", "", "总计：", "300", ""), RowClass.TOTAL),
        (("合 计", "", "", "300", ""), RowClass.TOTAL),
        (("", "", "总　计：", "300", ""), RowClass.TOTAL),
        (("小  计", "", "", "300", ""), RowClass.TOTAL),
        (("制 表 人：王", "", "", "", ""), RowClass.SIGNATURE),
        (("备 注：逾期不再受理", "", "", "", ""), RowClass.NOTE),
        (("8", "K-8", "1-101", "免 缴", "2026-12-31"), RowClass.NO_AMOUNT),
        (("Total", "", "", "300", ""), RowClass.TOTAL),
        (("共9人", "", "", "300", ""), RowClass.TOTAL),
        (("", "Sub total:", "", "300", ""), RowClass.TOTAL),
        (("合计（大写）叁佰元", "", "", "", ""), RowClass.TOTAL),
        (("制表人：王", "", "审核：李", "", "日期：2026-12-01"), RowClass.SIGNATURE),
        (("制表人：王", "", "", "审核：李", ""), RowClass.SIGNATURE),
        (("Prepared by: Estate Office", "", "", "", "Approved by:"), RowClass.SIGNATURE),
        (("", "Printed on: 1 Dec 2030", "", "", ""), RowClass.SIGNATURE),
        (("Signature:", "", "", "", ""), RowClass.SIGNATURE),
        (("合计4人", "", "", "300", ""), RowClass.TOTAL),
        (("", "", "", "第1页", ""), RowClass.NOTE),
        (("", "", "", "", "第2页 共3页"), RowClass.NOTE),
        (("Page 1 of 3", "", "", "", ""), RowClass.NOTE),
        (("注：逾期不再受理", "", "", "", ""), RowClass.NOTE),
        (("Note: ask us", "", "", "", ""), RowClass.NOTE),
        (("", "2单元", "", "", ""), RowClass.HEADING),
        (("17", "", "", "", ""), RowClass.NUMBER_ONLY),
        (("17", "", "", "0.00", ""), RowClass.NUMBER_ONLY),
        (TITLES, RowClass.HEADER_AGAIN),
        (("", "", "", "（元）", "(年-月-日)"), RowClass.HEADER_AGAIN),
        (("（一）", "K-1", "1-101", "5", ""), None),
        (("8", "K-8", "1-101", "", "2026-12-31"), RowClass.NO_AMOUNT),
        (("8", "K-8", "1-101", "￥0.00元", "2026-12-31"), RowClass.NO_AMOUNT),
        (("8", "K-8", "1-101", "免缴", "2026-12-31"), RowClass.NO_AMOUNT),
    ],
)
def test_a_row_that_is_no_bill_has_its_class(texts, wanted):
    assert row_class(row(*texts)) is wanted


@pytest.mark.parametrize(
    "texts",
    [
        ("8", "K-8", "1-101", "10", "2026-12-31"),
        ("8", "K-8", "1-101", "ten", ""),
        ("8", "K-8", "", "", "2026-12-31"),
        ("", "", "", "10", ""),
        ("", "", "", "", "2026-12-31"),
        ("注：", "K-8", "1-101", "10", "2026-12-31"),
        ("#ERROR", "K-8", "1-101", "#ERROR", ""),
        ("单号", "", "", "", "x"),
        ("8", "K-8", "1-101", "第1页", "2026-12-31"),
        ("水电费合计", "K-8", "1-101", "10", "2026-13-01"),
        ("水电费合计", "K-8", "", "10", "2026-12-01"),
        ("1", "K-8", "合计", "10", "2026-12-01"),
    ],
)
def test_a_row_that_is_or_should_be_a_bill_is_not_left_out(texts):
    assert row_class(row(*texts)) is None


def test_a_signature_where_the_customer_should_be_names_none():
    assert row_class(row("1", "", "审核：李", "", "")) is None
    assert row_class(row("", "", "合计", "", "")) is RowClass.TOTAL
    assert row_class(row("", "2", "合计", "", "")) is None


def test_a_table_without_amounts_has_headings_and_totals_too():
    assert row_class(row("", "2单元", "", "", "", amount_at=None)) is RowClass.HEADING
    assert row_class(row("合计", "230户", "", "", "", amount_at=None)) is RowClass.TOTAL
    assert row_class(row("1", "K-8", "1-101", "", "", amount_at=None)) is None


def test_a_row_may_be_longer_than_its_header():
    longer = RowTexts(("单号", "", "", "", "", "x"), TITLES, "", "", [""], HEADINGS)
    assert row_class(longer) is None


@pytest.mark.parametrize(
    "text", ["", "0", "0.00", "-0", "¥0", "0.", "HK$0.00", "RMB 0", "0元", "0 USD", "-", "—", "免", "全免"]
)
def test_texts_for_nothing(text):
    assert is_nothing(text)


@pytest.mark.parametrize("text", ["0.01", "10", "HK$10.00", "HK$", "0个", "XQ 0", "免10元", "#ERROR", "未定"])
def test_texts_for_something(text):
    assert not is_nothing(text)


def test_a_total_fits_all_rows_or_those_since_the_last_total():
    sums = Sums()
    sums.add(100)
    assert sums.differing(100) is None
    sums.add(50)
    assert sums.differing(50) is None
    assert sums.differing(150) is None
    sums.add(1)
    assert sums.differing(150) == 151


def test_the_total_of_a_group_is_compared_with_its_rows():
    sums = Sums()
    sums.add(300)
    assert sums.differing(300, of_group=True) is None
    sums.add(200)
    assert sums.differing(250, of_group=True) == 200
    assert sums.differing(501, of_group=True) == 500


def test_a_total_of_totals_fits_the_groups_before_it():
    sums = Sums()
    for stated in (100, 20, 3):
        sums.add(stated)
        assert sums.differing(stated, of_group=True) is None
    assert sums.differing(23) is None
    assert sums.differing(123) is None
    assert sums.differing(103) == 123


@pytest.mark.parametrize("text", ["小计", "小 计：", "1班合计", "本页合计：", "2单元总额", "Subtotal"])
def test_totals_of_groups(text):
    assert is_group_total(text)


@pytest.mark.parametrize("text", ["合计", "总 计", "共计", "总合计", "全校合计", "Total", "（合计）", "1班"])
def test_totals_of_all(text):
    assert not is_group_total(text)
