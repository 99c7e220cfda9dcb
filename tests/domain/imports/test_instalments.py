"""Instalments side by side in a proposal."""

from dataclasses import replace

import pytest

from offline_collect.domain.imports.instalments import Instalment
from offline_collect.domain.imports.proposal_text import proposal_text
from offline_collect.domain.imports.suggestion import suggest
from offline_collect.domain.texts.phrases import Phrase
from tests.domain.imports.seen_tables import chosen, doubted, table

FIRST, SECOND = "2030-09-01", "2031-02-01"
TITLES = ["客户编号", "第一期金额", "第一期缴费日期", "第二期金额", "第二期缴费日期"]


def proposed(titles, *rows):
    return suggest(table(titles, *([f"C{at}", *row] for at, row in enumerate(rows, 1))))


def test_each_instalment_is_a_bill_with_its_own_last_day():
    found = proposed(TITLES, ["900", FIRST, "800", SECOND], ["700", FIRST, "600", SECOND])
    assert found.instalments == (Instalment("第一期", 1, 2), Instalment("第二期", 3, 4))
    assert chosen(found) == {"customer_no": "A"}
    assert doubted(found) == {}
    assert found.makes_numbers


def test_a_mapping_names_them_as_tables():
    seen = table(TITLES, ["C1", "900", FIRST, "800", SECOND], ["C2", "700", FIRST, "600", SECOND])
    text = proposal_text(suggest(seen), seen, about=Phrase("x"), header_row=None, rows=2)
    assert "  - columns: {amount: 第二期金额, due_date: 第二期缴费日期}" in text
    assert "    constants: {description: 第二期}" in text


def test_instalments_without_days_need_one_for_all():
    found = proposed(["客户编号", "首期金额", "二期金额"], ["900", "800"], ["700", "600"])
    assert [each.due_date for each in found.instalments] == [None, None]
    assert doubted(found) == {"due_date": ""}


DATED = ["客户编号", "第一期（2030-09-01前）", "第二期（2031-02-01前）"]


def test_a_title_may_have_the_last_day_of_its_instalment():
    seen = table(DATED, ["C1", "900", "800"], ["C2", "700", ""])
    found = suggest(seen)
    assert found.instalments == (Instalment("第一期", 1, day=FIRST), Instalment("第二期", 2, day=SECOND))
    assert (chosen(found), doubted(found)) == ({"customer_no": "A"}, {})
    text = proposal_text(found, seen, about=Phrase("x"), header_row=None, rows=2)
    assert '    constants: {description: 第二期, due_date: "2031-02-01"}' in text


def test_a_period_tells_the_year_of_days_in_titles():
    titles = ["客户编号", "第一期（9月1日前）", "第二期（10月1日前）"]
    seen = replace(table(titles, ["C1", "900", "800"], ["C2", "700", ""]), period="2030-09")
    assert [each.day for each in suggest(seen).instalments] == ["2030-09-01", "2030-10-01"]


def test_instalments_of_which_one_lacks_its_day_are_a_question():
    found = proposed([*DATED[:2], "第二期"], ["900", "800"], ["700", "600"])
    assert (found.instalments, "amount" in doubted(found)) == ((), True)


def test_their_sum_is_no_further_bill():
    titles = ["客户编号", "第一期金额", "第二期金额", "合计费用", "截止日"]
    found = proposed(titles, ["900", "800", "1700", FIRST], ["700", "600", "1300", FIRST])
    assert [each.amount for each in found.instalments] == [1, 2]
    assert "amount" not in chosen(found)


@pytest.mark.parametrize(
    ("titles", "rows"),
    [
        (["第一期金额"], [["900"], ["700"]]),
        (["第一期金额", "第二期金额", "已缴金额"], [["900", "800", "5"], ["700", "600", "0"]]),
        (["第一期金额", "第一期缴费日期", "第二期金额"], [["900", FIRST, "800"], ["700", FIRST, "600"]]),
        (["第一期金额", "第一期课程", "第二期金额"], [["900", "甲", "800"], ["700", "乙", "600"]]),
        (TITLES[1:], [["900", FIRST, "800", SECOND], ["700", "2030-09-05", "600", SECOND]]),
        (["第一期实收", "第二期实收"], [["900", "800"], ["700", "600"]]),
    ],
)
def test_what_may_be_something_else_is_a_question(titles, rows):
    """Days that differ below 缴费日期 may be those of payments."""
    found = proposed(["客户编号", *titles], *rows)
    assert found.instalments == ()
    assert "amount" in doubted(found) or len(titles) == 1


def test_fees_in_a_column_each_are_bills_of_their_own():
    found = proposed(["客户编号", "物业费", "车位费", "水费"], ["280.50", "150", "33"], ["281.50", "", "34"])
    assert found.instalments == tuple(
        Instalment(name, place) for place, name in enumerate(["物业费", "车位费", "水费"], 1)
    )
    assert found.makes_numbers


@pytest.mark.parametrize(
    "titles",
    [
        ["客户编号", "物业费", "车位费", "合计"],
        ["客户编号", "物业费", "物业费（元）", "备注"],
        ["客户编号", "物业费", "滞纳金", "备注"],
        ["客户编号", "物业费", "车位费", "已缴金额"],
        ["客户编号", "物业费", "退费", "备注"],
        ["客户编号", "水费", "电费", "水电费"],
    ],
)
def test_fees_beside_other_money_are_no_bills_of_their_own(titles):
    found = proposed(titles, ["10", "20", "30"], ["11", "22", "33"])
    assert found.instalments == ()


def test_fees_beside_an_amount_are_its_parts():
    found = proposed(["客户编号", "物业费", "车位费", "金额"], ["10", "20", "35"], ["11", "22", "36"])
    assert (found.instalments, chosen(found)["amount"]) == ((), "D")


def test_fees_of_a_list_with_bill_numbers_are_not_divided():
    found = suggest(
        table(["单号", "客户编号", "物业费", "车位费"], ["B1", "C1", "10", "20"], ["B2", "C2", "11", "23"])
    )
    assert (found.instalments, doubted(found)["amount"]) == ((), "CD")


QUARTERS = ["客户编号", "一季度", "第二季度物业费", "上半年", "截止日"]
ROWS = (["C1", "5", "6", "7", FIRST], ["C2", "5", "", "7", FIRST])


def test_each_quarter_is_a_bill_with_its_period():
    seen = table(QUARTERS, *ROWS, year=2030, usual={"period": ("一季度",)})
    found = suggest(seen)
    assert [(each.amount, each.period) for each in found.instalments] == [
        (1, "2030年一季度"),
        (2, "2030年第二季度"),
        (3, "2030年上半年"),
    ]
    assert (chosen(found), doubted(found)) == ({"customer_no": "A", "due_date": "E"}, {})
    text = proposal_text(found, seen, about=Phrase("x"), header_row=None, rows=2)
    assert '    constants: {period: "2030年一季度"}' in text


def test_quarters_may_have_their_own_years():
    titles = ["客户编号", "2029年四季度", "2030年一季度", "截止日"]
    found = suggest(table(titles, ["C1", "5", "6", FIRST], ["C2", "5", "7", FIRST]))
    assert [each.period for each in found.instalments] == ["2029年四季度", "2030年一季度"]


@pytest.mark.parametrize(
    ("titles", "year"),
    [
        (QUARTERS, None),
        (["客户编号", "一季度", "一季度应缴", "二季度", "截止日"], 2030),
        (["客户编号", "一季度", "单价", "二季度", "截止日"], 2030),
        (["客户编号", "一季度", "物业费", "二季度", "截止日"], 2030),
        (["客户编号", "一季度", "1月", "2月", "截止日"], 2030),
        (["客户编号", "一季度欠费", "一季度", "姓名", "截止日"], 2030),
    ],
)
def test_quarters_that_may_be_something_else_are_none(titles, year):
    rows = [[each[0], "5", "6", "8", FIRST] for each in ROWS]
    assert suggest(table(titles, *rows, year=year)).instalments == ()
