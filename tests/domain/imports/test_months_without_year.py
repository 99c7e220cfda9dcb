"""The year of a month that was written without one."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.imports.months_without_year import stated_years, year_of_month

NOTHING = {"years": (), "period": None, "due_date": None}


@pytest.mark.parametrize(
    "text",
    [
        "2030年度",
        "锦绣花园2030年度物业费",
        "2030年水费",
        "2030 年 电费收缴表",
        "2030",
        "2030 Dues",
        "HOA dues 2030",
        "2030年度收费表（制表日期：2031年1月5日）",
    ],
)
def test_a_title_states_the_year_of_its_list(text):
    assert stated_years([text, "单位：元"]) == {2030}


@pytest.mark.parametrize(
    "text",
    [
        "2030年12月物业费",
        "打印日期：2030-12-31",
        "2030-2031年度",
        "2030年至2031年水费",
        "2030-2031学年",
        "2030年秋季学期",
        "2030级新生",
        "截至2030年底",
        "编号 2030",
        "120305",
        "Dues January 2030",
    ],
)
def test_other_texts_state_none(text):
    assert stated_years([text]) == frozenset()


def test_two_years_are_none():
    assert stated_years(["2030年度水费", "2031年度电费"]) == frozenset()


@pytest.mark.parametrize(
    ("month", "told", "year"),
    [
        (3, {"years": {2030}}, 2030),
        (10, {"due_date": dt.date(2030, 12, 20)}, 2030),
        (12, {"due_date": dt.date(2031, 1, 15)}, 2030),
        (1, {"due_date": dt.date(2031, 1, 15)}, 2031),
        (11, {"period": "2031-01"}, 2030),
        (12, {"period": "2030-12", "due_date": dt.date(2030, 12, 31)}, 2030),
        (1, {"period": "2030-2031采暖季"}, 2031),
        (11, {"period": "2030-2031采暖季"}, 2030),
        (2, {"years": {2030}, "period": "2030年第一季度"}, 2030),
        (2, {"years": {2030}, "due_date": dt.date(2030, 12, 31)}, 2030),
        (9, {"period": "2030-2031学年", "due_date": dt.date(2030, 9, 30)}, 2030),
    ],
)
def test_the_year_of_a_month(month, told, year):
    assert year_of_month(month, **{**NOTHING, **told}) == year


@pytest.mark.parametrize(
    ("month", "told"),
    [
        (3, {}),
        (1, {"due_date": dt.date(2030, 12, 25)}),
        (8, {"due_date": dt.date(2030, 12, 25)}),
        (12, {"years": {2030}, "due_date": dt.date(2030, 1, 15)}),
        (10, {"period": "2030-2031采暖季"}),
        (12, {"period": "2030-12", "due_date": dt.date(2030, 2, 1)}),
    ],
)
def test_where_nothing_tells_it_or_not_all_agrees_it_stays_unknown(month, told):
    assert year_of_month(month, **{**NOTHING, **told}) is None


@given(st.dates(dt.date(2001, 1, 1), dt.date(2090, 12, 31)), st.integers(1, 12))
def test_a_month_is_near_its_last_day_or_unknown(day, month):
    year = year_of_month(month, years=(), period=None, due_date=day)
    apart = None if year is None else day.year * 12 + day.month - (year * 12 + month)
    assert apart is None or 0 <= apart <= 3
