"""Days without a year below a title that states the period."""

import datetime as dt

import pytest

from offline_collect.files.cells import Row
from offline_collect.files.columns.converters import Altered
from offline_collect.files.columns.stated_dates import stated_due_date

HEADER = ["房号", "金额", "缴费截止日"]


def days(read):
    return [each.values["due_date"] for each in read.records]


@pytest.mark.parametrize(
    "written",
    [
        "12月20日",
        "12-20",
        "12/20",
        "12月20号",
        "12.20",
        "12月20日前",
        "12月20日（周五）",
        "12月20日 星期五前",
    ],
)
def test_the_title_says_the_year(table_of, written):
    read = table_of(["锦绣花园2030年12月收费表"], HEADER, ["1-101", 10, written])
    assert days(read) == [dt.date(2030, 12, 20)]
    assert [(altered, column.key) for altered, column in read.records[0].altered] == [
        (Altered.DATED, "due_date")
    ]


def test_a_bill_of_december_is_due_in_january(table_of):
    read = table_of(["2030年12月收费表"], HEADER, ["1-101", 10, "1月5日"])
    assert days(read) == [dt.date(2031, 1, 5)]


@pytest.mark.parametrize("title", ["收费表", "2030年收费表", "2030年12月、2031年1月收费表"])
def test_without_one_period_the_row_is_refused(table_of, title):
    read = table_of([title], HEADER, ["1-101", 10, "12月20日"])
    assert [(row, column) for row, column, _ in read.problems] == [(3, "缴费截止日")]


@pytest.mark.parametrize("written", ["8月1日", "13月1日", "12月32日"])
def test_a_day_far_from_the_period_is_refused(table_of, written):
    read = table_of(["2030年12月收费表"], HEADER, ["1-101", 10, written])
    assert len(read.problems) == 1


def test_before_a_day_with_its_year_is_that_day(table_of):
    read = table_of(HEADER, ["1-101", 10, "2030年12月31日前"], ["1-102", 10, "2030-12-30之前"])
    assert days(read) == [dt.date(2030, 12, 31), dt.date(2030, 12, 30)]


@pytest.mark.parametrize("text", ["请各位家长于12月25日前缴清。", "缴费截止：12月25日"])
def test_a_note_states_the_last_day_of_the_period(text):
    stated = stated_due_date([Row(9, (text,))], "2030-12")
    assert (stated.text, stated.row) == ("2030-12-25", 9)
    assert stated_due_date([Row(9, (text,))]) is None


def test_a_note_of_another_day_states_none():
    assert stated_due_date([Row(9, ("抄表日期：12月25日",))], "2030-12") is None
