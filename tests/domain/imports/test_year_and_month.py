"""Periods of lists that have a column for the year and one for what in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.imports.year_and_month import (
    Part,
    is_joined,
    joined_period,
    month_number,
    months_title,
    part_of,
    year_alone,
    year_and_part,
)


@pytest.mark.parametrize(
    "titles",
    [
        ["年", "月"],
        ["缴费年度", "月份"],
        ["年份", "期数"],
        ["账单年", "账单月"],
        ["年度（公历）", "季度"],
        ["学年", "学期"],
        ["Year", "Month"],
        ["bill_year", "Billing Month"],
    ],
)
def test_the_columns_of_a_year_and_of_a_part_of_it(titles):
    assert year_and_part(["房号", *titles, "金额"], {2}) == (1, 2)


@pytest.mark.parametrize(
    "titles",
    [
        ["年", "金额"],
        ["月份", "金额"],
        ["年", "年度", "月"],
        ["年", "月", "季度"],
        ["入学年份", "月份"],
        ["年", "月数"],
        ["年 ", "年", "月"],
    ],
)
def test_other_columns_make_no_period(titles):
    assert year_and_part(titles, ()) is None


def test_a_column_that_says_the_period_alone_comes_first():
    assert year_and_part(["年", "月", "账期"], {1, 2}) is None
    assert year_and_part(["年", "月", "账期"], ()) == (0, 1)


@pytest.mark.parametrize(
    ("year", "part", "title", "period"),
    [
        ("2030", "9", "月", "2030-09"),
        ("2030年", "10月", "月份", "2030-10"),
        ("2030年度", "十二月", "月份", "2030-12"),
        ("2030.0", "3.0", "月", "2030-03"),
        ("2030", "Oct", "Month", "2030-10"),
        ("2030", "september", "Month", "2030-09"),
        ("2030", "Sept.", "Month", "2030-09"),
        ("2030", "203011", "月份", "2030-11"),
        ("2030", "2030年11月", "月", "2030-11"),
        ("2030", "7", "期数", "2030年第7期"),
        ("2030", "第07期", "期数", "2030年第7期"),
        ("2030", "7月", "期数", "2030-07"),
        ("2030", "四", "季度", "2030年第四季度"),
        ("2030", "第2季度", "季度", "2030年第二季度"),
        ("2030", "3.0", "季度", "2030年第三季度"),
        ("2030", "Q4", "Quarter", "2030-Q4"),
        ("2030", "秋季学期", "学期", "2030年秋季学期"),
        ("2030", "春", "学期", "2030年春学期"),
        ("2030-2031学年", "第一学期", "学期", "2030-2031学年第一学期"),
        ("2030-2031", "2.0", "学期", "2030-2031学年第二学期"),
        ("2030～31", "上", "学期", "2030～31学年上学期"),
        ("2030", "5", "any title", "2030-05"),
    ],
)
def test_two_texts_make_a_period(year, part, title, period):
    assert joined_period(year, part, title) == period
    assert is_joined(period)


@pytest.mark.parametrize(
    ("year", "part", "title"),
    [
        ("2030", "13", "月"),
        ("2030", "0", "月"),
        ("2030", "2031-01", "月"),
        ("30", "1", "月"),
        ("2030-2031", "1", "月"),
        ("2030-2031", "寒假", "学期"),
        ("2030", "寒假", "学期"),
        ("2030", "5", "季度"),
        ("2030", "上旬", "期数"),
        ("2030", "1-3月", "月"),
        ("甲", "1", "月"),
    ],
)
def test_other_texts_make_none(year, part, title):
    assert joined_period(year, part, title) is None
    assert not is_joined(f"{year} {part}")


def test_titles_of_months():
    assert months_title("收费月份（公历）")
    assert not months_title("账期")
    assert part_of("月数") is None
    assert part_of("期次") is Part.NUMBERED


def test_a_number_is_a_month_only_where_months_stand():
    assert month_number("12", bare=True) == 12
    assert month_number("12", bare=False) is None
    assert month_number("13", bare=True) is None
    assert month_number("2030-12", bare=True) is None
    assert month_number("12月", bare=False) == 12
    assert month_number("十二月份", bare=False) == 12


@given(st.integers(2000, 2099), st.integers(1, 12))
def test_a_year_and_its_month_are_one_period_however_they_are_written(year, month):
    spelled = {
        joined_period(y, m, "月") for y in (str(year), f"{year}年") for m in (str(month), f"{month}月")
    }
    assert spelled == {f"{year}-{month:02d}"}


@pytest.mark.parametrize("title", ["年度", "缴费年度", "费用年份", "年度（公历）"])
def test_a_year_without_a_part_of_it_is_the_period(title):
    assert year_alone(["房号", title, "金额"]) == 1


@pytest.mark.parametrize(
    "titles",
    [
        ["年"],
        ["年度", "月份"],
        ["年度", "缴费年度"],
        ["年度", "年"],
        ["入学年份"],
        ["学年"],
        ["会员年度"],
        [],
    ],
)
def test_another_column_or_more_of_them_is_no_year_alone(titles):
    assert year_alone(titles) is None
