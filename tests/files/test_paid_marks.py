"""Lists that say which bills were paid already."""

import pytest

from offline_collect.domain.imports.left_out import RowClass
from offline_collect.files.errors import HeaderError

TITLES = ["账单编号", "房号", "金额", "截止日"]
REASON = "does not say clearly whether the bill was paid already"


def rows(*marks, amounts=(10, 20, 30)):
    return [[f"K-{at}", f"1-10{at}", amounts[at], "2026-12-31", mark] for at, mark in enumerate(marks)]


def outcome(read):
    return [each.row for each in read.records], read.left, [problem[:2] for problem in read.problems]


@pytest.mark.parametrize(
    ("title", "paid", "unpaid"),
    [
        ("是否已缴", "是", "否"),
        ("缴费状态", "已缴费", "未缴费"),
        ("已缴", "√", ""),
        ("状态", "已付款", "待付款"),
        ("备注", "已缴", "补一套"),
        ("Payment status", "Paid", "unpaid"),
        ("已缴金额", 10, 0),
    ],
)
def test_a_bill_that_is_marked_as_paid_is_left_out(table_of, title, paid, unpaid):
    read = table_of([*TITLES, title], *rows(paid, unpaid, ""))
    assert outcome(read) == ([3, 4], [(2, RowClass.PAID)], [])
    assert read.numbers == ["K-0"]


def test_a_paid_row_without_a_number_keeps_what_its_number_is_made_of(table_of):
    read = table_of(["房号", "金额", "截止日", "是否已缴"], ["1-101", 10, "2026-12-31", "是"])
    assert (read.records, read.left) == ([], [(2, RowClass.PAID)])


def test_the_sum_of_a_total_has_the_paid_rows_too(table_of):
    read = table_of([*TITLES, "已缴"], *rows("√", "", ""), ["合计", "", 60, "", ""])
    assert read.left == [(2, RowClass.PAID), (5, RowClass.TOTAL)]
    assert read.sums == []


@pytest.mark.parametrize(
    ("title", "mark"),
    [
        ("是否已缴", "部分"),
        ("是否缴费", "是"),
        ("已缴金额", 5),
        ("实收日期", "2026-12-01"),
        ("是否已缴", "2"),
    ],
)
def test_what_is_not_understood_is_asked(table_of, title, mark):
    read = table_of([*TITLES, title], *rows(mark, "", ""))
    assert outcome(read) == ([3, 4], [], [(2, title)])
    assert read.problems[0][2] == REASON


@pytest.mark.parametrize("title", ["本期已缴", "本月实缴", "已收款", "累计已付金额"])
def test_an_amount_that_was_paid_counts_by_whatever_title(table_of, title):
    read = table_of(["账单编号", "房号", "应缴金额", "截止日", title], *rows(10, 0, 7))
    assert outcome(read) == ([3], [(2, RowClass.PAID)], [(4, title)])


@pytest.mark.parametrize("title", ["尚欠金额", "未缴", "本期未付款"])
def test_a_bill_of_which_nothing_is_left_was_paid(table_of, title):
    mapping = {"columns": {"amount": "应付"}}
    read = table_of(["账单编号", "房号", "应付", "截止日", title], *rows(0, 20, 7), mapping=mapping)
    assert outcome(read) == ([3], [(2, RowClass.PAID)], [(4, title)])


def test_of_what_is_left_nothing_is_left_out_but_zero(table_of):
    read = table_of(
        ["账单编号", "房号", "应付", "截止日", "本期已付", "尚欠金额"],
        ["K-1", "1-101", 10, "2026-12-31", 4, 6],
        ["K-2", "1-102", 20, "2026-12-31", 20, 0],
        mapping={"columns": {"amount": "尚欠金额"}},
    )
    assert (read.amounts(), read.left) == ({"K-1": 600}, [(3, RowClass.NO_AMOUNT)])


def test_an_amount_beside_what_is_left_is_asked(table_of):
    with pytest.raises(HeaderError, match=r"应付, D 余欠.*columns: {amount: 余欠}"):
        table_of(["账单编号", "房号", "应付", "余欠", "截止日"], ["K-1", "1-101", 10, 5, "2026-12-31"])


@pytest.mark.parametrize("title", ["缴费日期", "付款时间"])
def test_a_day_of_payment_is_asked_about(table_of, title):
    read = table_of([*TITLES, title], *rows("2026-12-01", "", ""))
    assert outcome(read) == ([3, 4], [], [(2, title)])


def test_two_marks_against_each_other_are_asked(table_of):
    read = table_of([*TITLES, "缴费状态", "备注"], ["K-1", "1-101", 10, "2026-12-31", "未缴", "已缴"])
    assert outcome(read) == ([], [], [(2, "缴费状态"), (2, "备注")])


def test_what_was_paid_is_deducted_from_what_is_left(table_of):
    mapping = {"columns": {"amount": "未缴金额"}}
    read = table_of(
        ["账单编号", "房号", "未缴金额", "截止日", "已缴金额"],
        ["K-1", "1-101", 10, "2026-12-31", 5],
        mapping=mapping,
    )
    assert outcome(read) == ([2], [], [])


def test_a_mapping_may_leave_the_column_out(table_of):
    read = table_of([*TITLES, "是否已缴"], *rows("部分", "", ""), mapping={"ignore": ["是否已缴"]})
    assert outcome(read) == ([2, 3, 4], [], [])


def test_a_mark_of_a_row_is_that_of_all_its_months(table_of):
    read = table_of(
        ["房号", "2030-11", "2030-12", "截止日", "是否已缴"],
        ["1-101", 10, 20, "2030-12-31", "是"],
        ["1-102", 10, 20, "2030-12-31", "否"],
    )
    assert [each.row for each in read.records] == [3, 3]
    assert read.left == [(2, RowClass.PAID)] * 2


def test_a_mark_merged_over_rows_is_that_of_each(table_of):
    read = table_of([*TITLES, "是否已缴"], *rows("是", "", ""), merge=[("E2:E3", "是")])
    assert outcome(read) == ([4], [(2, RowClass.PAID), (3, RowClass.PAID)], [])


def test_a_list_of_customers_has_no_marks(table_of):
    read = table_of(["客户编号", "姓名", "房号", "是否已缴"], ["7", "张三", "1-101", "是"], kind="customers")
    assert len(read.records) == 1


def test_a_remark_that_says_how_it_was_paid_leaves_its_row_out(table_of):
    rows = [["K-1", "1-101", 10, "2026-12-31", "微信已付"], ["K-2", "1-102", 10, "2026-12-31", "已付5元"]]
    read = table_of([*TITLES, "备注"], *rows, ["K-3", "1-103", 10, "2026-12-31", "已交房"])
    assert outcome(read) == ([4], [(2, RowClass.PAID)], [(3, "备注")])
