"""What the rows above a table state of all its rows."""

import datetime as dt

import pytest

from offline_collect.files.cells import Row
from offline_collect.files.columns.stated_dates import example_day, stated_due_date, stated_year


def rows(*cells):
    return [Row(number, each) for number, each in enumerate(cells, 1)]


@pytest.mark.parametrize(
    "cells",
    [
        ("截止日期：2030-12-31",),
        ("收费期间：2030年12月  缴费截止日: 2030年12月31日",),
        ("制表日期 2030-11-30", "截止日期", dt.date(2030, 12, 31)),
        ("缴费期限：", "2030/12/31"),
        ("请于2030年12月31日前缴清",),
        ("Due date: 2030-12-31",),
        ("（截止日 2030.12.31）",),
    ],
)
def test_a_due_date_is_found(cells):
    found = stated_due_date(rows(("阳光小学收费表",), cells))
    assert (found.text, found.row) == ("2030-12-31", 2)


@pytest.mark.parametrize(
    "cells",
    [
        (),
        ("阳光小学2030年12月收费表",),
        ("制表日期：2030-12-31",),
        ("截止日期：2030-12-31", "截止日期：2031-01-31"),
        ("截止日期：2030-02-31",),
        ("截止日期", "待定"),
        ("开始日期：2030-12-01",),
        ("2030年12月31日前",),
    ],
)
def test_other_dates_and_several_due_dates_are_none(cells):
    assert stated_due_date(rows(cells)) is None


def test_a_date_that_is_stated_twice_is_of_its_first_row():
    assert stated_due_date(rows(("截止日期：2030-12-31",), ("截止日期：2030-12-31",))).row == 1


def test_one_year_is_that_of_the_table():
    assert stated_year(rows(("2030年收费表",), ("2030年12月",))) == 2030
    assert stated_year(rows(("2029年收费表",), ("2030年12月",))) is None
    assert stated_year(rows(("收费表",))) is None


@pytest.mark.parametrize(
    ("cell", "day"),
    [("请于2030年12月20日前缴清", "2030-12-20"), ("2028年收费表", "2028-12-31"), ("收费表", "2026-12-31")],
)
def test_the_example_of_a_last_day_is_that_of_the_list(cell, day):
    assert example_day(rows((cell,))) == day
