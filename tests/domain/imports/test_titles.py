"""Titles of a merchant's table: what makes a difference between them, and what does not."""

import pytest

from offline_collect.domain.imports.titles import (
    all_known,
    ends_span,
    first_known,
    loose_title,
    month_of,
    names_last_day_of_payment,
    only_month,
    own_name,
    places_of,
    plain_title,
    year_month,
)


@pytest.mark.parametrize("title", ["姓名", " 姓 名 ", "姓\n名", "姓名*", "姓　名"])
def test_width_case_spaces_and_a_star_make_no_difference(title):
    assert plain_title(title) == "姓名"


@pytest.mark.parametrize("title", ["金额（元）", "金额(元)", "金额[RMB]：", "金 额【必填】", "金额（元）*"])
def test_what_stands_in_brackets_makes_none_if_no_title_is_exact(title):
    assert loose_title(title) == "金额"
    assert places_of(["单号", title], {"金额"}) == [1]
    assert places_of([title, "金额"], {"金额"}) == [1]


def test_a_title_that_is_all_brackets_keeps_them():
    assert loose_title("(元)") == "(元)"


def test_the_most_usual_title_comes_first_unless_it_is_taken():
    titles = ["房号", "户号"]
    assert first_known(titles, ["户号", "房号"], set()) == 1
    assert first_known(titles, ["户号", "房号"], {1}) == 0
    assert first_known(titles, ["学号"], set()) is None


def test_all_titles_that_may_mean_a_column_are_known():
    titles = ["应收", "实收", "备注", "应收（元）"]
    assert all_known(titles, {"应收", "实收"}, set()) == [0, 1]
    assert all_known(titles, {"应收", "实收"}, {0}) == [1]


@pytest.mark.parametrize(
    ("title", "month", "number"),
    [
        ("2030-01", "2030-01", 1),
        ("2030年1月", "2030-01", 1),
        ("203001", "2030-01", 1),
        ("2030-01-01 00:00:00", "2030-01", 1),
        ("12月份", None, 12),
        ("十二月", None, 12),
        ("３月（元）", None, 3),
        ("2030-13", None, None),
        ("2030-01-02", None, None),
        ("20301", None, None),
        ("13月", None, None),
        ("合计", None, None),
    ],
)
def test_months_are_known_with_their_year_and_without(title, month, number):
    found = only_month(title)
    assert (year_month(title), found and found.number) == (month, number)


@pytest.mark.parametrize(
    ("title", "month"),
    [
        ("1月", (None, 1)),
        ("12月份", (None, 12)),
        ("十一月", (None, 11)),
        ("十月", (None, 10)),
        ("２０３０年 1月", (2030, 1)),
        ("2030-02", (2030, 2)),
        ("2030-02-01", (2030, 2)),
        ("3月物业费", (None, 3)),
        ("2030年10月份水费（元）", (2030, 10)),
        ("上月水费", None),
        ("每月", None),
        ("月份", None),
        ("13月", None),
        ("", None),
    ],
)
def test_titles_may_name_a_month_before_a_few_words(title, month):
    assert month_of(title) == month


@pytest.mark.parametrize(
    ("title", "others", "ends"),
    [
        ("截止日期", ["起始日期"], True),
        ("租期结束日", ["租期开始日"], True),
        ("到期日期", ["起租日期"], True),
        ("截止日期", ["开单日期"], False),
        ("缴费截止日期", ["缴费开始日期"], False),
        ("起始日期", ["起始日期"], False),
    ],
)
def test_the_last_day_of_a_span_has_a_first_one_beside_it(title, others, ends):
    assert ends_span(title, [title, *others]) is ends


@pytest.mark.parametrize(
    "title", ["付款截止", "最晚交租时间", "收费期限（当日）", "租金到期日", "最迟付", "截止缴费日期"]
)
def test_titles_of_the_last_day_of_payment(title):
    assert names_last_day_of_payment(title)


@pytest.mark.parametrize(
    "title", ["到期日", "缴费日期", "合同到期日", "数据截止日期", "收费期间", "最后抄表日"]
)
def test_titles_of_other_days(title):
    assert not names_last_day_of_payment(title)


NAMES = {"姓名", "fullname"}


@pytest.mark.parametrize(
    ("titles", "place"),
    [
        (["学号", "学生信息 姓名", "监护人 姓名"], 1),
        (["家长 姓名", "家长 电话", "学员 姓名"], 2),
        (["紧急联系人 姓名", "Pupil full name", "Guardian full name"], 1),
        (["父亲 姓名", "母亲 姓名"], None),
        (["学生 姓名", "同桌 姓名", "家长 姓名"], None),
        (["学生 姓名", "电话"], None),
        (["学生姓名", "监护人姓名"], None),
    ],
)
def test_the_customers_name_stands_below_a_group_of_his_own(titles, place):
    assert own_name(titles, NAMES) == place
